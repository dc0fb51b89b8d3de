"""Files of the cache: opened without following links, owned by the user, private. And the file system they lie on."""

import errno
import os
import stat
import sys
from pathlib import Path

from store.cache.errors import CacheError, CacheOutOfReach
from store.private_files import PRIVATE

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0)
NETWORK_FILE_SYSTEMS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ceph", "fuse.sshfs", "fuse.glusterfs", "lustre", "davfs"}
)


def is_there(path: Path) -> bool:
    """Whether a file lies at this path.

    Raises:
        CacheError: a link, a directory or a device lies there, or nothing can be read there.
    """
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError as error:
        raise CacheOutOfReach(f"The cache {path} cannot be read: {error.strerror}.") from None
    if stat.S_ISLNK(mode):
        raise _link(path)
    if not stat.S_ISREG(mode):
        kind = "a directory" if stat.S_ISDIR(mode) else "a device or pipe"
        raise CacheError(f"{path} is {kind}, not a cache. Set PROMOSCOPE_DB to a file.")
    return True


def open_own(path: Path, flags: int) -> int:
    """Open a file of the user's own, made with mode 0600; returns a descriptor that programs we start do not get.

    Never a cache that SQLite may have open: closing any descriptor of a file gives up all locks that this process has
    on it, and another process then takes away the log that readers here go on using.

    Raises:
        CacheError: it is a link, has a second name, or belongs to another user; nothing was changed.
        OSError: it cannot be opened.
    """
    try:
        descriptor = os.open(path, flags | _NO_LINK, PRIVATE)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK):
            raise _link(path) from None
        raise
    try:
        _check_own(path, os.fstat(descriptor))
    except CacheError:
        os.close(descriptor)
        raise
    return descriptor


def _check_own(path: Path, found: os.stat_result) -> None:
    refusal = ""
    if stat.S_ISLNK(found.st_mode):
        raise _link(path)
    if not stat.S_ISREG(found.st_mode):
        refusal = "is not a regular file"
    elif sys.platform != "win32" and found.st_uid != os.geteuid():
        refusal = "belongs to another user"
    elif found.st_nlink > 1:
        refusal = "has a second name (a hard link), whose content would change with it"
    if refusal:
        raise CacheError(f"{path} {refusal}. Nothing was changed. Move it away, or set PROMOSCOPE_DB to another file.")


def _link(path: Path) -> CacheError:
    return CacheError(
        f"{path} is a symbolic link, which promoscope does not follow. Nothing was changed. "
        "Move it away, or set PROMOSCOPE_DB to the file itself."
    )


def make_private(path: Path) -> None:
    """Make the directory, then check a cache that is there, and set its mode to 0600; `-wal` and `-shm` inherit it.

    Raises:
        CacheError: the file is a link or not the user's, or cannot be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        found = path.lstat()
        _check_own(path, found)
        if stat.S_IMODE(found.st_mode) != PRIVATE and sys.platform != "win32":
            path.chmod(PRIVATE, follow_symlinks=os.chmod not in os.supports_follow_symlinks)
    except FileNotFoundError:
        return
    except OSError as error:
        raise unwritable(path, error) from None
    if not os.access(path, os.W_OK):
        raise unwritable(path, PermissionError(errno.EACCES, os.strerror(errno.EACCES)))


def undeletable(path: Path, error: OSError) -> CacheError:
    """The error for people behind a cache that the operating system does not let go."""
    return CacheError(f"The cache {path} cannot be deleted: {error.strerror}. All or some of it is still there.")


def unwritable(path: Path, error: OSError) -> CacheError:
    """The error for people behind a refusal of the operating system."""
    return CacheError(f"The cache {path} cannot be written: {error.strerror}. Set PROMOSCOPE_DB to another file.")


def file_system_of(path: Path) -> str:
    """The type of the file system that holds `path` ("ext4", "nfs4", …), or "unknown" where the system won't say."""
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    target = str(path.resolve())
    best, kind = "", "unknown"
    for line in mounts:
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        mount = fields[1].replace("\\040", " ")
        inside = target == mount or target.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, fields[2]
    return kind


def on_network(path: Path) -> bool:
    """Whether `path` lies on a network file system, where WAL's shared memory is not safe."""
    return file_system_of(path if path.exists() else path.parent) in NETWORK_FILE_SYSTEMS


FileMark = tuple[tuple[int, int, int], ...]


def file_mark(database: Path) -> FileMark:
    """What changes when a cache is written to: inode, time and size of its files. Opens none."""
    found = []
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            stat = path.stat()
        except OSError:
            continue
        # An empty log comes and goes with readers.
        if stat.st_size:
            found.append((stat.st_ino, stat.st_mtime_ns, stat.st_size))
    return tuple(found)

"""The strategies a resource may have: each reads its list and prices that reading."""

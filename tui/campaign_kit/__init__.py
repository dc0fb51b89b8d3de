"""What several rooms know of campaigns: names of types and statuses, filters, what can be done with one."""

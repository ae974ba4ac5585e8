"""One module a resource, each with `OPERATIONS`, its rows of the route table; `routes` finds them."""

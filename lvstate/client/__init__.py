"""The client of the vendor's REST API: live state comes in, single writes go out."""

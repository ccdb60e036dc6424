"""The centre's pages and API: read-only, server-rendered, without anything from elsewhere."""

"""How events, requests and pictures travel between the devices of an office and its hub."""

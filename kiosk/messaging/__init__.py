"""How events travel: topics, the outbox, the MQTT client, a device's link to its hub, an embedded broker, keys."""

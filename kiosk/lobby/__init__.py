"""The lobby kiosk: card, procedure, ticket."""

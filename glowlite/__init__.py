"""Layers, imports only go down: app > cli demo > views > gate widgets > mis and processes > policy > models > db > config clock."""

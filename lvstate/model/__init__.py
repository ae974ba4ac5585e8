"""The frozen nouns that the other rooms exchange; no behaviour beyond what a noun knows of itself."""

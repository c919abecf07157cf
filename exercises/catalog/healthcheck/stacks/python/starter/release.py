"""Which release this is; the pipeline writes it."""

RELEASE = "dev"

RELEASE = "dev"

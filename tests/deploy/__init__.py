"""What is deployed, against the code and against the schemas of the tools that read it."""

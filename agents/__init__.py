"""The shell of newsmill around `streams`: Faust agents, the worker, Kafka, the web server and the commands."""

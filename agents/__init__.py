"""The shell of newsmill: Faust agents, the local broker, the web server and the commands."""

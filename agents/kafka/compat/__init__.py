"""The only code that uses private names of aiokafka, Faust and mode: one module per concern, `names` lists them, `check` verifies them."""

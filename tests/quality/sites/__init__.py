"""Generate invented HTML pages as real sites build them, with their true articles; written without knowledge of the splitter's rules."""

"""Pages unlike the aggregator's: invented stories set into templates of other sites, with the truth for each, and their score."""

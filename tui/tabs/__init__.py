"""Bodies of the detail screen's tabs: each a widget built from a `CampaignContext`, none knows a campaign type."""

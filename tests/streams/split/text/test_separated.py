"""Stories that each end with the same line of the page."""

from streams.split.text.split import split_text

FETCHED_AT = 1754136000  # 2025-08-02T12:00:00Z
PAGE = """Home
Mail

Storm takes roofs in Tarrow

A storm that came in from the west overnight pulled the roofs off nine houses in Tarrow.

Harbor Ledger32 mins ago
SaveRemove
Mill of Cresby wants to hire? All that the union of the town said about the sixty people

The mill at Cresby will take on sixty people in the autumn after it won an order.

Business Daily
SaveRemove
Lamb pies found to hold no lamb

A first look at the pies that have been sold on the quay since May was not kind.

Tarrow Post
SaveRemove
Paper bags are back in Cresby

The bakeries of Cresby have gone over to paper bags since the council asked them to.

Tarrow Post
SaveRemove
Ferries to run all summer long

The ferries of Port Alder will run all summer, the harbour office said on Monday.

Tarrow Post
SaveRemove
More herons on the Wend

Scientists counted more herons on the Lower Wend this spring than in any year before.

Coast Wire
SaveRemove
Load more stories
"""

HEADLINES = ("Storm takes", "Mill of", "Lamb pies", "Paper bags are", "Ferries to", "More herons on")


def test_a_repeated_button_ends_each_story_and_the_line_above_it_is_the_outlet() -> None:
    cuts = split_text(PAGE, FETCHED_AT).cuts
    assert [cut.title for cut in cuts] == [line for line in PAGE.split("\n") if line.startswith(HEADLINES)]
    assert [cut.outlet for cut in cuts] == ["Harbor Ledger", "Business Daily", "Tarrow Post", "Tarrow Post", "Tarrow Post", "Coast Wire"]
    assert [cut.published_at for cut in cuts] == ["2025-08-02T11:28:00Z", *[None] * 5]
    assert not any("Save" in cut.body or cut.outlet in cut.body for cut in cuts if cut.outlet)

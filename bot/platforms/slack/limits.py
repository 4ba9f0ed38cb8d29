"""What Slack accepts in one message, with the page each number comes from."""

BLOCKS = 50
"""Blocks in a message: docs.slack.dev/reference/block-kit/blocks."""

HEADER = 150
"""A header block's text: docs.slack.dev/reference/block-kit/blocks/header-block."""

PLAIN = 3000
"""A text object: docs.slack.dev/reference/block-kit/composition-objects/text-object. For rich_text, where no
number is documented, we keep to the same."""

BUTTON = 75
"""A button's text: docs.slack.dev/reference/block-kit/block-elements/button-element."""

BUTTONS = 25
"""Elements of an actions block: docs.slack.dev/reference/block-kit/blocks/actions-block."""

FALLBACK = 4000
"""The top-level text; longer ones are split: docs.slack.dev/reference/methods/chat.postMessage."""

TEXT = 8000
"""Our budget for the text of all blocks. Slack documents no sum, and was seen to refuse a message with
`msg_blocks_too_long` at 11,341 characters of text: github.com/slackapi/bolt-js/issues/2867."""

JSON = 11000
"""Our budget for all blocks as JSON, characters beyond ASCII escaped as the client library sends them. Slack
was seen to refuse at about 13,200: github.com/slackapi/bolt-js/issues/2509."""

PLACEHOLDER = 150
"""A select's placeholder: docs.slack.dev/reference/block-kit/block-elements/select-menu-element."""

OPTIONS, OPTION_TEXT, OPTION_VALUE = 100, 75, 150
"""Options of a select, and an option's text and value: the same page, and
docs.slack.dev/reference/block-kit/composition-objects/option-object."""

HOME_BLOCKS = 100
"""Blocks of a Home tab or a modal: docs.slack.dev/reference/block-kit/blocks."""

WORDS = 500
"""Our limit for a reader's report."""

POSTS_A_SECOND = 5.0
"""Posts of one workspace that we start in a second: docs.slack.dev/apis/web-api/rate-limits allows "several hundred
messages per minute", and says no number."""

POSTS_A_PLACE = 1.0
"""Posts a second in one channel: the same page."""

A_CHANGE = 1.25
"""Seconds from one chat.update or chat.delete to the next: both are of tier 3, with 50 and more a minute:
docs.slack.dev/apis/web-api/rate-limits."""

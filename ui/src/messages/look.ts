/** How a source registry looks. */
export const look = {
  title: 'Emoji and colour',
  emoji: 'Emoji',
  emojiChoices: 'Emoji to choose from',
  emojiHint: 'Choose one, or type any other.',
  emojiInvalid: 'One emoji, nothing else.',
  color: 'Colour',
  colorChoices: 'Colours to choose from',
  colorHint: 'Choose one, or type it as #rrggbb.',
  colorInvalid: 'Write it as # and six digits, such as #dbeafe.',
} as const;

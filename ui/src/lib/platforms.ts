/** The images of an index, to choose one of. */
import type { PlatformRow } from '../bindings';
import { m } from '../messages';

/** Each by where it runs; what is a statement about another one is named as that. */
export const platformChoices = (platforms: readonly PlatformRow[]) =>
  platforms.map(({ digest, name, isImage }) => ({
    value: digest,
    label: isImage ? name : `${m.images.image.statement} ${digest.slice(7, 15)}`,
  }));

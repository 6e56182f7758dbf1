/** What can be done with images from the palette. */
import type { ImageRef } from '../bindings';
import { m } from '../messages';
import type { Command } from './commands.svelte';
import { imageDeletion } from './image-deletion.svelte';
import { imagePicker } from './image-picker.svelte';
import { navigation } from './navigation.svelte';
import { transferForm } from './transfer-form.svelte';
import { showTransfers, transfers } from './transfers.svelte';

const words = m.transfers.commands;

/** The image whose page is shown. */
const shown = (): ImageRef | null =>
  navigation.view.name === 'image' ? navigation.view.image : null;

/** The registry, and the repository where there is one, whose page is shown. */
function place(): { registry: string; repository: string } | null {
  const { view } = navigation;
  if (view.name === 'repositories') return { registry: view.registry, repository: '' };
  return view.name === 'tags' ? view : null;
}

const onImage = (id: string, title: string, act: (image: ImageRef) => void): Command => ({
  id,
  title,
  enabled: () => shown() !== null,
  run: () => {
    const image = shown();
    if (image) act(image);
  },
});

export const transferCommands: readonly Command[] = [
  { id: 'transfers', title: words.go, run: showTransfers },
  {
    id: 'clear-transfers',
    title: words.clear,
    enabled: () => transfers.over > 0,
    run: () => transfers.removeEnded(),
  },
  onImage('download-image', words.download, (image) =>
    transferForm.open({ kind: 'download', image }),
  ),
  onImage('copy-image', words.copy, (image) => transferForm.open({ kind: 'copy', image })),
  onImage('compare-image', words.compare, (image) => imagePicker.begin(image, 'right')),
  onImage('delete-image', words.remove, (image) => imageDeletion.open(image)),
  {
    id: 'upload-image',
    title: words.upload,
    enabled: () => place() !== null,
    run: () => {
      const where = place();
      if (where) {
        const { registry, repository } = where;
        transferForm.open({ kind: 'upload', registry, repository });
      }
    },
  },
];

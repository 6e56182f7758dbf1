/** How to get to every state with a cluster, for the tests by axe. */
import { screen } from '@testing-library/svelte';
import type { UserEvent } from '@testing-library/user-event';

import { openStacks } from './stacks-screens';

/** Asks the cluster by the palette: nobody waits until the window is idle. */
export async function ask(user: UserEvent) {
  await user.keyboard('{Control>}k{/Control}');
  await user.keyboard('ask the cluster{Enter}');
  await screen.findByText(/From cluster|could not be read/);
}

export const clusterScreens = {
  'registries from a cluster': { scene: 'cluster-left-out', open: ask },
  'a cluster that does not answer': { scene: 'cluster-unreachable', open: ask },
  'stacks with a cluster': {
    scene: 'cluster',
    open: async (user: UserEvent) => {
      await openStacks(user);
      await screen.findAllByText(/from cluster dev-eu-1/);
    },
  },
};

import { configure } from '@testing-library/svelte';
import { afterEach } from 'vitest';

// A machine that is busy with other things may be late; what never comes still fails.
configure({ asyncUtilTimeout: 5_000 });

afterEach(() => localStorage.clear());

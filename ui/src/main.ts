import { mount } from 'svelte';

import './styles/base.css';
import App from './App.svelte';
import { firstPicture } from './early';
import { beginTheme } from './state/theme';

beginTheme();
const target = document.getElementById('app');
if (target) void firstPicture().then(() => mount(App, { target }));

import { mount } from 'svelte';

import './styles/base.css';
import App from './App.svelte';
import { firstPicture } from './early';
import { applyRememberedTheme } from './state/theme';

applyRememberedTheme();
const target = document.getElementById('app');
if (target) void firstPicture().then(() => mount(App, { target }));

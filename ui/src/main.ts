import { mount } from 'svelte';

import './styles/base.css';
import App from './App.svelte';
import { applyRememberedTheme } from './state/theme';

applyRememberedTheme();
const target = document.getElementById('app');
if (target) mount(App, { target });

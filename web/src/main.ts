import { mount } from 'svelte';

import App from './App.svelte';
import './roll/palette.css';
import './roll/roll.css';
import './roll/why.css';
import './app.css';

const target = document.getElementById('studio');
if (target === null) throw new Error('the page has no place for the studio');
mount(App, { target });

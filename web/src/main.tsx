import './styles/base.css';
import './styles/controls.css';
import './styles/pieces.css';
import './styles/shell.css';
import './styles/views.css';
import './styles/narrow.css';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { takeToken } from './api/token';
import { App } from './shell/App';
import { applyTheme, chosenTheme } from './shell/theme';

takeToken();
applyTheme(chosenTheme());
createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <App />
  </StrictMode>,
);

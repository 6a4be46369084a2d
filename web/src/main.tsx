import './style.css';
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

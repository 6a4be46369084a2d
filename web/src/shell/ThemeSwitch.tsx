import { useState } from 'react';
import { chooseTheme, chosenTheme, type Theme } from './theme';

export function ThemeSwitch() {
  const [theme, setTheme] = useState<Theme>(chosenTheme);
  return (
    <label className="theme">
      <span className="hidden">Colours</span>
      <select
        value={theme}
        onChange={(event) => {
          const chosen = event.target.value as Theme;
          chooseTheme(chosen);
          setTheme(chosen);
        }}
      >
        <option value="auto">Auto</option>
        <option value="light">Light</option>
        <option value="dark">Dark</option>
      </select>
    </label>
  );
}

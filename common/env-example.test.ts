import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { loadConfig, settingNames } from './config.ts';

const example = readFileSync(new URL('../.env.example', import.meta.url), 'utf8');

describe('.env.example', () => {
  const shown = parseEnv(example);

  it('names the settings that there are, each once', () => {
    const names = [...example.matchAll(/^([A-Z0-9_]+)=/gm)].map(([, name]) => name);
    expect(names.toSorted()).toEqual([...settingNames].sort());
  });

  it('shows their defaults', () => {
    expect(loadConfig(shown)).toEqual(loadConfig({}));
  });

  it('marks what production needs', () => {
    const marked = [...example.matchAll(/((?:^#.*\n)+)^([A-Z0-9_]+)=/gm)]
      .filter(([, comment]) => comment?.includes('[production'))
      .map(([, , name]) => name);
    const refusal = (env: Record<string, string>) => {
      try {
        loadConfig(env);
      } catch (error) {
        return String(error);
      }
      return '';
    };
    const needed = settingNames.filter((name) =>
      refusal({ ONAIR_ENV: 'production' }).includes(`${name}: required`),
    );
    expect(marked.toSorted()).toEqual(needed.toSorted());
  });
});

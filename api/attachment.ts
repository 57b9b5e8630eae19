/** Letters that no file system takes in a name, and those that nobody sees. */
const unfit = /[\\/:*?"<>|\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** Longest name in letters, so that it stays below the 255 bytes of file systems. */
const maxLetters = 60;

/**
 * A Content-Disposition that saves the answer under a name of any letters (RFC 6266, with the
 * encoding of RFC 5987), and under `plain` where only ASCII is understood.
 * @param name without its extension; what no file name may hold becomes a space
 * @param plain visible ASCII without quotes or backslashes, without its extension
 */
export function attachment(name: string, plain: string, extension: string): string {
  const letters = [...name.toWellFormed().replaceAll(unfit, ' ').replaceAll(/\s+/g, ' ').trim()];
  const kept = letters.slice(0, maxLetters).join('').trim();
  const encoded = encodeURIComponent(`${kept || plain}.${extension}`).replaceAll(
    /['()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}.${extension}"; filename*=UTF-8''${encoded}`;
}

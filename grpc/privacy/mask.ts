/** Enough of an e-mail to know one's own again: `an***@example.com`. */
export function maskEmail(email: string): string {
  const at = email.lastIndexOf('@');
  if (at <= 0) return email === '' ? '' : '***';
  const local = email.slice(0, at);
  return `${local.slice(0, Math.min(2, local.length - 1))}***${email.slice(at)}`;
}

/** Enough of a phone number (E.164) to know one's own again: `010-****-5678`, `***4567` abroad. */
export function maskPhone(phone: string): string {
  if (phone === '') return '';
  const end = phone.slice(-4);
  const [, area] = /^\+82(2|\d{2})\d{7,8}$/.exec(phone) ?? [];
  return area === undefined ? `***${end}` : `0${area}-****-${end}`;
}

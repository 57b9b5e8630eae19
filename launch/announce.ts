import type { Config } from '../common/config.ts';
import type { Running } from './parts.ts';

/** Tells whoever started the process where it listens and how to get in. */
export function announce({ parts, services }: Running, config: Config): void {
  const lines = ['', 'Onair is on air (온에어 준비 완료)', ''];
  for (const part of parts) {
    if (part.address !== '') lines.push(row(part.name, part.address));
    if (part.name === 'api') {
      lines.push(
        row('docs', `${part.address}/docs`),
        row('openapi', `${part.address}/openapi.json`),
      );
    }
  }
  if (config.embedded) lines.push(row('data', config.DATA_DIR));
  if (services !== undefined && config.SMTP_URL === undefined) {
    lines.push(row('mails', `${config.DATA_DIR}/mails  (.eml, no SMTP_URL; 메일은 파일로 저장)`));
  }
  if (services !== undefined) lines.push(...accounts(services));
  lines.push('', 'Ctrl-C drains and stops (Ctrl-C로 종료).', '');
  console.log(lines.join('\n'));
}

function accounts(services: NonNullable<Running['services']>): string[] {
  const { admin, demo } = services;
  const lines = ['', 'Accounts (계정)'];
  if (admin.generatedPassword !== undefined) {
    lines.push(
      row('admin', `${admin.email}  ${admin.generatedPassword}  (shown this once, 지금만 표시)`),
    );
  } else {
    // Output ends up in logs, where no e-mail belongs.
    lines.push(row('admin', 'of ADMIN_EMAIL  (password set before, 설정된 비밀번호)'));
  }
  if (demo !== undefined) {
    lines.push(
      row('seller', `${demo.sellerEmail}  ${demo.password}`),
      row('viewer', `${demo.viewerEmail}  ${demo.password}`),
      '',
      'Live now (방송 중)',
      row('broadcast', demo.broadcastId),
    );
  }
  return lines;
}

function row(name: string, value: string): string {
  return `  ${name.padEnd(10)} ${value}`;
}

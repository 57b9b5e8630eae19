import type { Language } from '../../common/errors/index.ts';

/** Every mail that there is. */
export type MailTemplate =
  | 'verify_email'
  | 'reset_password'
  | 'password_reset_done'
  | 'password_changed'
  | 'change_email'
  | 'email_change_requested'
  | 'email_changed'
  | 'account_deleted'
  | 'bank_account_set'
  | 'suspended'
  | 'unsuspended'
  | 'seller_approved'
  | 'seller_rejected'
  | 'seller_suspended'
  | 'seller_reinstated'
  | 'social_unlinked';

/** What a mail is made of. */
export interface MailContent {
  /** Whom to address. */
  readonly name: string;
  readonly language: Language;
  /** Where its button leads; templates without a button have none. */
  readonly link?: string | undefined;
  /** What someone wrote for this reader alone, as a reason. */
  readonly note?: string | undefined;
}

/** A mail as it is read. */
export interface WrittenMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

interface Words {
  readonly subject: string;
  readonly lines: readonly string[];
  readonly button?: string;
}

const words: Readonly<Record<MailTemplate, Readonly<Record<Language, Words>>>> = {
  verify_email: {
    ko: {
      subject: '이메일 주소를 확인해 주세요',
      lines: [
        '온에어에 가입해 주셔서 감사합니다. 아래 버튼을 눌러 이메일 주소를 확인해 주세요.',
        '이 링크는 24시간 동안 한 번만 쓸 수 있습니다. 가입한 적이 없다면 이 메일을 무시해 주세요.',
      ],
      button: '이메일 확인',
    },
    en: {
      subject: 'Please confirm your e-mail address',
      lines: [
        'Thank you for joining Onair. Please confirm your e-mail address with the button below.',
        'The link works once within 24 hours. If you did not sign up, ignore this mail.',
      ],
      button: 'Confirm e-mail',
    },
  },
  reset_password: {
    ko: {
      subject: '비밀번호 재설정',
      lines: [
        '비밀번호 재설정 요청을 받았습니다. 아래 버튼을 눌러 새 비밀번호를 정해 주세요.',
        '이 링크는 30분 동안 한 번만 쓸 수 있습니다. 요청한 적이 없다면 이 메일을 무시해 주세요. 비밀번호는 바뀌지 않습니다.',
      ],
      button: '비밀번호 재설정',
    },
    en: {
      subject: 'Reset your password',
      lines: [
        'Someone asked to reset your password. Choose a new one with the button below.',
        'The link works once within 30 minutes. If it was not you, ignore this mail: nothing changes.',
      ],
      button: 'Reset password',
    },
  },
  change_email: {
    ko: {
      subject: '새 이메일 주소를 확인해 주세요',
      lines: [
        '온에어 계정의 이메일을 이 주소로 변경하려고 합니다. 아래 버튼을 눌러 변경을 완료해 주세요.',
        '이 링크는 24시간 동안 한 번만 쓸 수 있습니다. 요청한 적이 없다면 이 메일을 무시해 주세요.',
      ],
      button: '이메일 변경',
    },
    en: {
      subject: 'Please confirm your new e-mail address',
      lines: [
        'An Onair account is about to use this e-mail address. Complete the change with the button below.',
        'The link works once within 24 hours. If you did not ask for it, ignore this mail.',
      ],
      button: 'Change e-mail',
    },
  },
  email_change_requested: {
    ko: {
      subject: '이메일 변경 요청을 받았습니다',
      lines: [
        '회원님 계정의 이메일을 다른 주소로 변경하려는 요청을 받았습니다. 새 주소에서 확인하면 변경됩니다.',
        '직접 요청한 것이 아니라면 바로 비밀번호를 변경하고 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'Someone asked to change your e-mail',
      lines: [
        'We were asked to change the e-mail of your account. It changes once the new address is confirmed.',
        'If it was not you, change your password at once and contact support.',
      ],
    },
  },
  email_changed: {
    ko: {
      subject: '이메일이 변경되었습니다',
      lines: [
        '회원님 계정의 이메일이 다른 주소로 변경되었습니다. 앞으로의 안내는 새 주소로 보내 드립니다.',
        '직접 변경한 것이 아니라면 바로 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'Your e-mail was changed',
      lines: [
        'Your account has another e-mail address now, where we will write to you from here on.',
        'If it was not you, contact support at once.',
      ],
    },
  },
  password_changed: {
    ko: {
      subject: '비밀번호가 변경되었습니다',
      lines: [
        '회원님의 비밀번호가 변경되었고 변경한 기기를 제외한 모든 기기에서 로그아웃되었습니다.',
        '직접 변경한 것이 아니라면 바로 비밀번호를 재설정하고 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'Your password was changed',
      lines: [
        'Your password was changed, and every device but the one that did it was logged out.',
        'If it was not you, reset your password at once and contact support.',
      ],
    },
  },
  password_reset_done: {
    ko: {
      subject: '비밀번호가 변경되었습니다',
      lines: [
        '회원님의 비밀번호가 변경되었고 모든 기기에서 로그아웃되었습니다.',
        '직접 변경한 것이 아니라면 바로 비밀번호를 재설정하고 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'Your password was changed',
      lines: [
        'Your password was changed and all your devices were logged out.',
        'If it was not you, reset your password at once and contact support.',
      ],
    },
  },
  bank_account_set: {
    ko: {
      subject: '계좌 정보가 등록되었습니다',
      lines: [
        '회원님의 정산 계좌가 등록되거나 변경되었습니다. 예금주 확인이 끝나면 사용할 수 있습니다.',
        '직접 변경한 것이 아니라면 바로 비밀번호를 변경하고 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'Your bank account was set',
      lines: [
        'The bank account of your Onair account was set. It can be used once its holder is confirmed.',
        'If it was not you, change your password at once and contact support.',
      ],
    },
  },
  account_deleted: {
    ko: {
      subject: '회원 탈퇴가 완료되었습니다',
      lines: [
        '회원님의 계정이 삭제되었습니다. 그동안 온에어를 이용해 주셔서 감사합니다.',
        '결제한 주문이 있으면 전자상거래법에 따라 거래 기록을 5년간 따로 보관한 뒤 삭제합니다.',
      ],
    },
    en: {
      subject: 'Your account was deleted',
      lines: [
        'Your account was deleted. Thank you for having been with Onair.',
        'Records of paid orders are kept apart for five years, as Korean law demands, and then erased.',
      ],
    },
  },
  suspended: {
    ko: {
      subject: '계정 이용이 정지되었습니다',
      lines: ['회원님의 계정 이용이 정지되었습니다. 문의는 고객센터로 연락해 주세요.'],
    },
    en: {
      subject: 'Your account is suspended',
      lines: ['Your account has been suspended. Please contact support with any questions.'],
    },
  },
  social_unlinked: {
    ko: {
      subject: '소셜 계정 연결이 해제되었습니다',
      lines: [
        '회원님의 소셜 계정 연결이 해제되어 로그인할 방법이 남아 있지 않습니다.',
        '계속 이용하시려면 로그인 화면의 비밀번호 재설정에서 비밀번호를 정해 주세요.',
      ],
    },
    en: {
      subject: 'Your social account was unlinked',
      lines: [
        'Your social account was unlinked, which leaves no way to log in to your account.',
        'To keep using it, choose a password with “reset password” on the login page.',
      ],
    },
  },
  unsuspended: {
    ko: {
      subject: '계정 이용 정지가 해제되었습니다',
      lines: ['회원님의 계정을 다시 이용하실 수 있습니다.'],
    },
    en: {
      subject: 'Your account is open again',
      lines: ['You can use your account again.'],
    },
  },
  seller_approved: {
    ko: {
      subject: '판매자 신청이 승인되었습니다',
      lines: [
        '판매자 신청이 승인되어 이제 온에어에서 상품을 등록하고 방송을 시작하실 수 있습니다.',
        '판매자 기능이 보이지 않으면 다시 로그인해 주세요.',
      ],
    },
    en: {
      subject: 'You can sell on Onair now',
      lines: [
        'Your application was approved: you can list products and go on air.',
        'If you do not see the tools for sellers, please log in again.',
      ],
    },
  },
  seller_rejected: {
    ko: {
      subject: '판매자 신청이 반려되었습니다',
      lines: [
        '판매자 신청이 아래 사유로 반려되었습니다.',
        '내용을 고쳐 다시 신청하실 수 있습니다.',
      ],
    },
    en: {
      subject: 'Your application to sell was turned down',
      lines: [
        'Your application to sell was turned down for this reason:',
        'You can correct it and apply again.',
      ],
    },
  },
  seller_suspended: {
    ko: {
      subject: '판매 자격이 정지되었습니다',
      lines: [
        '아래 사유로 판매 자격이 정지되어 진행 중이던 방송이 종료되었습니다.',
        '정지 중에도 상품 구매 등 다른 기능은 그대로 이용하실 수 있습니다. 문의는 고객센터로 연락해 주세요.',
      ],
    },
    en: {
      subject: 'You are suspended from selling',
      lines: [
        'You may not sell for now, and your broadcasts were ended, for this reason:',
        'You can still watch and buy. Please contact support with any questions.',
      ],
    },
  },
  seller_reinstated: {
    ko: {
      subject: '판매 자격 정지가 해제되었습니다',
      lines: ['판매 자격 정지가 해제되었습니다. 다시 로그인하면 방송과 판매를 하실 수 있습니다.'],
    },
    en: {
      subject: 'You can sell again',
      lines: ['Your suspension is over. Log in again to go on air and sell.'],
    },
  },
};

/** Writes a mail in the reader's language, as text and as HTML. */
export function writeMail(
  template: MailTemplate,
  { name, language, link, note }: MailContent,
): WrittenMail {
  const { subject, lines, button } = words[template][language];
  const greeting = language === 'ko' ? `${name}님, 안녕하세요.` : `Hello ${name},`;
  const closing = language === 'ko' ? '온에어 드림' : 'The Onair team';
  const linkLines = link === undefined ? [] : [link];
  const noteLines = note === undefined ? [] : [note];
  const [first = '', ...rest] = lines;
  return {
    subject: `[온에어] ${subject}`,
    text: [greeting, first, ...noteLines, ...linkLines, ...rest, closing].join('\n\n'),
    html: toHtml(language, [
      paragraph(greeting),
      paragraph(first),
      ...noteLines.map(paragraph),
      ...(link === undefined ? [] : [toButton(link, button ?? link)]),
      ...rest.map(paragraph),
      paragraph(closing),
    ]),
  };
}

function toHtml(language: Language, body: readonly string[]): string {
  const style = 'font-family:sans-serif;font-size:16px;line-height:1.6;color:#222;max-width:560px';
  return [
    '<!doctype html>',
    `<html lang="${language}"><head><meta charset="utf-8"></head>`,
    `<body><div style="${style}">`,
    ...body,
    '</div></body></html>',
  ].join('\n');
}

function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

/** The address also stands there in full, for readers who show no buttons. */
function toButton(link: string, label: string): string {
  const style =
    'display:inline-block;padding:12px 20px;background:#e11d48;color:#fff;text-decoration:none;border-radius:6px';
  const href = escapeHtml(link);
  return `<p><a href="${href}" style="${style}">${escapeHtml(label)}</a></p><p style="font-size:13px;color:#666;word-break:break-all">${href}</p>`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** What the account pages run in the browser: sends the token of the link when the button is pressed. */
export const accountScript = `
'use strict';
const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';
const page = document.body.dataset.page;
const form = document.querySelector('form');
const status = document.querySelector('[role=status]');
const done = {
  'verify-email': '이메일이 확인되었습니다. Your e-mail is confirmed.',
  'change-email': '이메일이 변경되었습니다. Your e-mail is changed.',
  'reset-password': '비밀번호가 변경되었습니다. 다시 로그인해 주세요. Your password was changed; log in again.',
};
const paths = {
  'verify-email': '/v1/email-verifications',
  'change-email': '/v1/email-changes',
  'reset-password': '/v1/password-resets/confirm',
};
history.replaceState(null, '', location.pathname);
form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const body = { token };
  const password = form.querySelector('[name=password]');
  if (password !== null) body.password = password.value;
  status.textContent = '...';
  try {
    const answer = await fetch(paths[page], {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      form.remove();
      status.textContent = done[page];
    } else {
      status.textContent = (await answer.json()).title;
    }
  } catch {
    status.textContent = '다시 시도해 주세요. Please try again.';
  }
});
`;

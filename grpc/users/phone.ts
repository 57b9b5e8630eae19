import { parsePhoneNumberFromString } from 'libphonenumber-js/max';

/**
 * A phone number in E.164 (`010-1234-5678` is `+821012345678`); undefined when it is none that
 * could be dialled. Numbers without a country code are Korean.
 */
export function readPhone(text: string): string | undefined {
  const phone = parsePhoneNumberFromString(text.normalize('NFKC').trim(), {
    defaultCountry: 'KR',
    extract: false,
  });
  return phone?.isValid() === true && phone.ext === undefined ? phone.number : undefined;
}

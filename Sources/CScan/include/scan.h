#pragma once
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Index of the first such byte among n, or n. */
static inline size_t scan_find(const uint8_t *p, size_t n, uint8_t byte) {
    const uint8_t *found = (const uint8_t *)memchr(p, byte, n);
    return found ? (size_t)(found - p) : n;
}

/* Byte masks over 16 bytes at a time. Static inline so that they inline into Swift; plain Swift SIMD measured ten times slower. */
#if defined(__SSE2__)
#include <emmintrin.h>

/* Bit i is set where p[i] is the quote, the backslash or a control character: where a JSON string needs a look. */
static inline uint32_t scan_json_string_mask(const uint8_t *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
    __m128i slash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
    __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(0x1f)), v);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, slash), control));
}
/* Bit i is set where p[i] is one of & < > " ' : where HTML text or an attribute needs escaping. */
static inline uint32_t scan_html_mask(const uint8_t *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i m = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('&')), _mm_cmpeq_epi8(v, _mm_set1_epi8('<')));
    m = _mm_or_si128(m, _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('>')), _mm_cmpeq_epi8(v, _mm_set1_epi8('"'))));
    m = _mm_or_si128(m, _mm_cmpeq_epi8(v, _mm_set1_epi8('\'')));
    return (uint32_t)_mm_movemask_epi8(m);
}
/* Bit i is set where p[i] is a digit. */
static inline uint32_t scan_digit_mask(const uint8_t *p) {
    __m128i v = _mm_loadu_si128((const __m128i *)p);
    __m128i shifted = _mm_sub_epi8(v, _mm_set1_epi8('0'));
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(9)), shifted));
}
/* Bit i is set where p[i] equals the byte. */
static inline uint32_t scan_byte_mask(const uint8_t *p, uint8_t byte) {
    return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8((char)byte)));
}
#else
static inline uint32_t scan_json_string_mask(const uint8_t *p) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++) m |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20) << i;
    return m;
}
static inline uint32_t scan_html_mask(const uint8_t *p) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++) m |= (uint32_t)(p[i] == '&' || p[i] == '<' || p[i] == '>' || p[i] == '"' || p[i] == '\'') << i;
    return m;
}
static inline uint32_t scan_digit_mask(const uint8_t *p) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++) m |= (uint32_t)(p[i] >= '0' && p[i] <= '9') << i;
    return m;
}
static inline uint32_t scan_byte_mask(const uint8_t *p, uint8_t byte) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++) m |= (uint32_t)(p[i] == byte) << i;
    return m;
}
#endif

/* Offset of the first byte that is not UTF-8 (RFC 3629: no surrogates, nothing over-long), or n. ASCII goes by eight bytes at a time. */
static inline size_t scan_utf8(const uint8_t *p, size_t n) {
    size_t i = 0;
    while (i < n) {
        if (i + 8 <= n) {
            uint64_t word;
            __builtin_memcpy(&word, p + i, 8);
            if ((word & 0x8080808080808080ull) == 0) { i += 8; continue; }
        }
        uint8_t c = p[i];
        if (c < 0x80) { i++; continue; }
        size_t length = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : 2;
        if (c < 0xc2 || c > 0xf4 || i + length > n) return i;
        uint8_t low = c == 0xe0 ? 0xa0 : c == 0xf0 ? 0x90 : 0x80, high = c == 0xed ? 0x9f : c == 0xf4 ? 0x8f : 0xbf;
        if (p[i + 1] < low || p[i + 1] > high) return i;
        for (size_t k = 2; k < length; k++)
            if ((p[i + k] & 0xc0) != 0x80) return i;
        i += length;
    }
    return n;
}

/* An anchor of something personal or secret: a digit, @ (e-mail, user:password@), _ (ghp_), and the pairs -- (PEM), AK AS AI (cloud keys),
   k- (sk-), xo (xox), yJ (eyJ), &c (&commat;), sw in any case (password). The caller looks at what stands around it. */
static inline int scan_is_anchor(uint8_t c, uint8_t next) {
    if (c >= '0' && c <= '9') return 1;
    switch (c) {
    case '@': case '_': return 1;
    case '-': return next == '-';
    case 'A': return next == 'K' || next == 'S' || next == 'I';
    case 'k': return next == '-';
    case 'x': return next == 'o';
    case 'y': return next == 'J';
    case '&': return next == 'c';
    case 's': case 'S': return (next | 32) == 'w';
    default: return 0;
    }
}
/* Bit i is set where p[i] is an anchor; of a run of digits only the first in these 16 bytes. Reads 17 bytes. */
#if defined(__SSE2__)
static inline __m128i scan_eq(__m128i v, char c) { return _mm_cmpeq_epi8(v, _mm_set1_epi8(c)); }
static inline uint32_t scan_anchor_mask(const uint8_t *p) {
    __m128i a = _mm_loadu_si128((const __m128i *)p), b = _mm_loadu_si128((const __m128i *)(p + 1));
    __m128i shifted = _mm_sub_epi8(a, _mm_set1_epi8('0'));
    uint32_t digits = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(shifted, _mm_set1_epi8(9)), shifted));
    __m128i dash = scan_eq(b, '-');
    __m128i m = _mm_or_si128(scan_eq(a, '@'), scan_eq(a, '_'));
    m = _mm_or_si128(m, _mm_and_si128(dash, _mm_or_si128(scan_eq(a, '-'), scan_eq(a, 'k'))));
    __m128i cloud = _mm_or_si128(_mm_or_si128(scan_eq(b, 'K'), scan_eq(b, 'S')), scan_eq(b, 'I'));
    m = _mm_or_si128(m, _mm_and_si128(scan_eq(a, 'A'), cloud));
    m = _mm_or_si128(m, _mm_and_si128(scan_eq(a, 'x'), scan_eq(b, 'o')));
    m = _mm_or_si128(m, _mm_and_si128(scan_eq(a, 'y'), scan_eq(b, 'J')));
    m = _mm_or_si128(m, _mm_and_si128(scan_eq(a, '&'), scan_eq(b, 'c')));
    __m128i lower = _mm_set1_epi8(32);
    m = _mm_or_si128(m, _mm_and_si128(scan_eq(_mm_or_si128(a, lower), 's'), scan_eq(_mm_or_si128(b, lower), 'w')));
    return (digits & ~(digits << 1)) | (uint32_t)_mm_movemask_epi8(m);
}
#else
static inline uint32_t scan_anchor_mask(const uint8_t *p) {
    uint32_t m = 0;
    for (int i = 0; i < 16; i++) m |= (uint32_t)scan_is_anchor(p[i], p[i + 1]) << i;
    return m;
}
#endif

#pragma once
#include <stddef.h>
#include <stdint.h>

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

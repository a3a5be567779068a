/* JSON, token by token: every function takes the place of a token and returns the place behind
 * it, or NULL where it is broken, cut off, or something that only the reader decides. */
#include <stdlib.h>

#define DEEPEST 100
#define MOST 64

/* Text that grows. */
typedef struct {
    unsigned char *data;
    size_t size, room;
    int failed;
} Text;

static int grow(Text *text, size_t more)
{
    if (text->size + more <= text->room)
        return 1;
    size_t room = (text->size + more) * 2 + 256;
    unsigned char *data = realloc(text->data, room);
    if (data == NULL) {
        text->failed = 1;
        return 0;
    }
    text->data = data;
    text->room = room;
    return 1;
}

static void put(Text *text, unsigned char letter)
{
    if (grow(text, 1))
        text->data[text->size++] = letter;
}

static void append(Text *text, const unsigned char *data, size_t size)
{
    if (size && grow(text, size)) {
        memcpy(text->data + text->size, data, size);
        text->size += size;
    }
}

static const unsigned char *space(const unsigned char *at, const unsigned char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t'))
        at++;
    return at;
}

static int hexadecimal(const unsigned char *at, uint32_t *value)
{
    *value = 0;
    for (int digit = 0; digit < 4; digit++) {
        unsigned char one = at[digit];
        uint32_t is = one >= '0' && one <= '9'   ? one - '0'
                      : one >= 'a' && one <= 'f' ? one - 'a' + 10
                      : one >= 'A' && one <= 'F' ? one - 'A' + 10
                                                 : 16;
        if (is == 16)
            return 0;
        *value = *value << 4 | is;
    }
    return 1;
}

static void encode(Text *out, uint32_t letter)
{
    if (letter < 0x80) {
        put(out, letter ? (unsigned char)letter : ' ');
    } else if (letter < 0x800) {
        put(out, (unsigned char)(0xC0 | letter >> 6));
        put(out, (unsigned char)(0x80 | (letter & 63)));
    } else if (letter < 0x10000) {
        put(out, (unsigned char)(0xE0 | letter >> 12));
        put(out, (unsigned char)(0x80 | (letter >> 6 & 63)));
        put(out, (unsigned char)(0x80 | (letter & 63)));
    } else {
        put(out, (unsigned char)(0xF0 | letter >> 18));
        put(out, (unsigned char)(0x80 | (letter >> 12 & 63)));
        put(out, (unsigned char)(0x80 | (letter >> 6 & 63)));
        put(out, (unsigned char)(0x80 | (letter & 63)));
    }
}

/* The escape at a backslash. */
static const unsigned char *escape(const unsigned char *at, const unsigned char *end, Text *out)
{
    if (end - at < 2)
        return NULL;
    uint32_t letter, low;
    switch (at[1]) {
    case 'n': letter = '\n'; break;
    case 't': letter = '\t'; break;
    case 'r': letter = '\r'; break;
    case 'b': letter = '\b'; break;
    case 'f': letter = '\f'; break;
    case '"': case '\\': case '/': letter = at[1]; break;
    case 'u':
        if (end - at < 6 || !hexadecimal(at + 2, &letter))
            return NULL;
        if (letter >= 0xD800 && letter < 0xE000) {
            if (letter >= 0xDC00 || end - at < 12 || at[6] != '\\' || at[7] != 'u' ||
                !hexadecimal(at + 8, &low) || low < 0xDC00 || low >= 0xE000)
                return NULL; /* half a letter */
            letter = 0x10000 + ((letter - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        at += 4;
        break;
    default: return NULL;
    }
    if (out != NULL)
        encode(out, letter);
    return at + 2;
}

/* A string; what it says goes to `out`, if that is given. */
static const unsigned char *string(const unsigned char *at, const unsigned char *end, Text *out)
{
    at++;
    for (;;) {
        const unsigned char *start = at;
        while (at < end && *at != '"' && *at != '\\' && *at)
            at++;
        if (out != NULL)
            append(out, start, (size_t)(at - start));
        if (at >= end)
            return NULL;
        if (*at == '"')
            return at + 1;
        if (*at == 0) {
            if (out != NULL)
                put(out, ' ');
            at++;
        } else if ((at = escape(at, end, out)) == NULL) {
            return NULL;
        }
    }
}

static const unsigned char *digits(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *start = at;
    while (at < end && *at >= '0' && *at <= '9')
        at++;
    return at > start ? at : NULL;
}

static const unsigned char *number(const unsigned char *at, const unsigned char *end)
{
    const unsigned char *start = at + (*at == '-');
    at = digits(start, end);
    if (at == NULL || at - start > 300 || (*start == '0' && at - start > 1))
        return NULL;
    if (at < end && *at == '.' && (at = digits(at + 1, end)) == NULL)
        return NULL;
    if (at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-'))
            at++;
        at = digits(at, end);
    }
    return at;
}

static const unsigned char *literal(const unsigned char *at, const unsigned char *end)
{
    static const char *const literals[] = {"null", "true", "false"};
    for (int one = 0; one < 3; one++) {
        size_t size = strlen(literals[one]);
        if ((size_t)(end - at) >= size && memcmp(at, literals[one], size) == 0)
            return at + size;
    }
    return NULL;
}

/* The first item of the list or object that is opened here; with `over` there is none, and this is
 * what stands behind it. */
static const unsigned char *into(const unsigned char *at, const unsigned char *end,
                                 unsigned char close, int *over)
{
    at = space(at + 1, end);
    *over = at < end && *at == close;
    return *over ? at + 1 : at;
}

/* The item that follows the one that ends here, which may be NULL; with `over` there is none, and
 * this is what stands behind the list or object. */
static const unsigned char *after(const unsigned char *at, const unsigned char *end,
                                  unsigned char close, int *over)
{
    *over = 0;
    if (at == NULL || (at = space(at, end)) >= end)
        return NULL;
    *over = *at == close;
    if (*over)
        return at + 1;
    return *at == ',' ? space(at + 1, end) : NULL;
}

/* A key. */
typedef struct {
    const unsigned char *data;
    size_t size;
} Key;

/* The key at a place, and what stands between it and its value. */
static const unsigned char *name(const unsigned char *at, const unsigned char *end, Key *key)
{
    if (at >= end || *at != '"')
        return NULL;
    key->data = ++at;
    while (at < end && *at != '"' && *at != '\\')
        at++;
    if (at >= end || *at == '\\')
        return NULL;
    key->size = (size_t)(at - key->data);
    at = space(at + 1, end);
    if (at >= end || *at != ':')
        return NULL;
    at = space(at + 1, end);
    return at < end ? at : NULL;
}

static int is(const Key *key, const char *word)
{
    return key->size == strlen(word) && memcmp(key->data, word, key->size) == 0;
}

/* Any value, whatever it says. */
static const unsigned char *skipped(const unsigned char *at, const unsigned char *end, int depth)
{
    if (at >= end || depth > DEEPEST)
        return NULL;
    if (*at == '"')
        return string(at, end, NULL);
    if (*at == '-' || (*at >= '0' && *at <= '9'))
        return number(at, end);
    if (*at != '{' && *at != '[')
        return literal(at, end);
    int over;
    const int object = *at == '{';
    const unsigned char close = object ? '}' : ']';
    at = into(at, end, close, &over);
    while (at != NULL && !over) {
        Key key;
        if (object && (at = name(at, end, &key)) == NULL)
            return NULL;
        at = after(skipped(at, end, depth + 1), end, close, &over);
    }
    return at;
}

/* Words by their lengths and ends. */
typedef struct {
    Key all[MOST];
    int count;
    unsigned char first[256], next[MOST];
} Words;

static unsigned char place(const unsigned char *data, size_t size)
{
    return size ? (unsigned char)(size * 31 + data[0] * 7 + data[size - 1]) : 0;
}

static int words(Words *its, PyObject *given)
{
    Py_ssize_t count = PyTuple_Size(given);
    if (count > MOST) {
        PyErr_SetString(PyExc_ValueError, "too many words");
        return -1;
    }
    for (Py_ssize_t one = 0; one < count; one++) {
        char *data;
        Py_ssize_t size;
        if (PyBytes_AsStringAndSize(PyTuple_GetItem(given, one), &data, &size) < 0)
            return -1;
        Key *key = &its->all[its->count];
        key->data = (unsigned char *)data;
        key->size = (size_t)size;
        unsigned char slot = place(key->data, key->size);
        its->next[its->count] = its->first[slot];
        its->first[slot] = (unsigned char)++its->count;
    }
    return 0;
}

static int known(const Words *its, const Key *key)
{
    for (int one = its->first[place(key->data, key->size)]; one; one = its->next[one - 1]) {
        const Key *other = &its->all[one - 1];
        if (other->size == key->size && memcmp(other->data, key->data, key->size) == 0)
            return 1;
    }
    return 0;
}

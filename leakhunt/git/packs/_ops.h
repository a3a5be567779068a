/* Delta instructions, and lists of numbers. See pure.py.

   Format: "Deltified representation" in Documentation/gitformat-pack of git's sources. */

#define END_SHIFT 20 /* a hit is (end << 20) | gate */
#define GATE_MASK ((1u << END_SHIFT) - 1)
#define MAX_HITS (1u << 22)

typedef unsigned char byte;

#define NOWHERE 0xFFFFFFFFu

/* --- Numbers that grow: results of unknown length */

typedef struct {
    uint64_t *at;
    size_t used, room;
} Numbers;

static int push(Numbers *list, uint64_t value)
{
    if (list->used == list->room) {
        size_t room = list->room ? list->room * 2 : 64;
        uint64_t *grown = realloc(list->at, room * sizeof *grown);
        if (!grown) {
            PyErr_NoMemory();
            return -1;
        }
        list->at = grown;
        list->room = room;
    }
    list->at[list->used++] = value;
    return 0;
}

static inline PyObject *as_bytes(const Numbers *list)
{
    return PyBytes_FromStringAndSize((const char *)list->at,
                                     (Py_ssize_t)(list->used * sizeof *list->at));
}

/* --- Bytes that grow */

typedef struct {
    byte *at;
    size_t used, room;
} Text;

static inline int append(Text *text, const void *data, size_t size)
{
    if (size > text->room - text->used) {
        size_t room = text->room ? text->room * 2 : 256;
        byte *grown;
        while (room - text->used < size)
            room *= 2;
        grown = realloc(text->at, room);
        if (!grown) {
            PyErr_NoMemory();
            return -1;
        }
        text->at = grown;
        text->room = room;
    }
    if (size)
        memcpy(text->at + text->used, data, size);
    text->used += size;
    return 0;
}

static inline int append32(Text *text, uint32_t value)
{
    return append(text, &value, sizeof value);
}

static inline PyObject *text_bytes(const Text *text)
{
    return PyBytes_FromStringAndSize((const char *)text->at, (Py_ssize_t)text->used);
}

static inline uint32_t read32(const byte *numbers, size_t i)
{
    uint32_t value;
    memcpy(&value, numbers + i * 4, sizeof value);
    return value;
}

static inline uint64_t read64(const byte *at)
{
    uint64_t value;
    memcpy(&value, at, sizeof value);
    return value;
}

/* --- Delta instructions */

typedef struct {
    const byte *at, *end;
    uint64_t base_size, size; /* what the delta says of its base and of its result */
    uint64_t made;            /* bytes of the result so far */
} Delta;

typedef struct {
    const byte *data; /* what is inserted, or NULL for a copy */
    uint64_t from, length;
} Op;

static int varint(const byte **at, const byte *end, uint64_t *value)
{
    unsigned shift = 0;
    uint64_t sum = 0;
    for (;;) {
        byte c;
        if (*at >= end || shift > 56)
            return -1;
        c = *(*at)++;
        sum |= (uint64_t)(c & 0x7f) << shift;
        shift += 7;
        if (!(c & 0x80))
            break;
    }
    *value = sum;
    return 0;
}

static int broken(const char *why)
{
    PyErr_SetString(PyExc_ValueError, why);
    return -1;
}

static int delta_open(Delta *delta, const byte *at, Py_ssize_t length)
{
    delta->at = at;
    delta->end = at + length;
    delta->made = 0;
    if (varint(&delta->at, delta->end, &delta->base_size) < 0
        || varint(&delta->at, delta->end, &delta->size) < 0)
        return broken("a delta without its sizes");
    if (delta->size > (uint64_t)PY_SSIZE_T_MAX / 4 || delta->base_size > (uint64_t)PY_SSIZE_T_MAX / 4)
        return broken("a delta of absurd size");
    return 0;
}

static int delta_raw(Delta *delta, Op *op) /* 1: an instruction, 0: the end, -1: broken */
{
    byte code;
    if (delta->at >= delta->end)
        return delta->made == delta->size ? 0 : broken("a delta that ends early");
    code = *delta->at++;
    if (code & 0x80) {
        uint64_t from = 0, length = 0;
        for (int i = 0; i < 7; i++) {
            if (!(code & (1 << i)))
                continue;
            if (delta->at >= delta->end)
                return broken("a delta that is cut off");
            if (i < 4)
                from |= (uint64_t)*delta->at++ << (8 * i);
            else
                length |= (uint64_t)*delta->at++ << (8 * (i - 4));
        }
        if (!length)
            length = 0x10000;
        if (from > delta->base_size || length > delta->base_size - from)
            return broken("a delta that copies past its base");
        op->data = NULL;
        op->from = from;
        op->length = length;
    } else {
        if (!code || code > delta->end - delta->at)
            return broken("a delta with a bad instruction");
        op->data = delta->at;
        op->from = 0;
        op->length = code;
        delta->at += code;
    }
    if (op->length > delta->size - delta->made)
        return broken("a delta that makes too much");
    delta->made += op->length;
    return 1;
}

/* Copies of what lies together in the base are one: git cuts long ones. */
static int delta_next(Delta *delta, Op *op)
{
    int got = delta_raw(delta, op);
    while (got == 1 && !op->data) {
        Delta ahead = *delta;
        Op more;
        if (ahead.at >= ahead.end || !(*ahead.at & 0x80))
            break;
        if (delta_raw(&ahead, &more) < 0)
            return -1;
        if (more.from != op->from + op->length)
            break;
        op->length += more.length;
        *delta = ahead;
    }
    return got;
}

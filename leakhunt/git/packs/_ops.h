/* Delta instructions, and lists of numbers. See pure.py.

   Format: "Deltified representation" in Documentation/gitformat-pack of git's sources. */

#define END_SHIFT 20 /* a hit is (end << 20) | gate */
#define GATE_MASK ((1u << END_SHIFT) - 1)
#define MAX_HITS (1u << 22)

typedef unsigned char byte;

#define NOWHERE 0xFFFFFFFFu

/* Say that what lies there is read soon: memory comes up with it meanwhile. */
static inline void fetch(const void *at)
{
#ifdef __GNUC__
    __builtin_prefetch(at);
#else
    (void)at;
#endif
}

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
        uint64_t where = 0, from, length;
        if (delta->end - delta->at >= 7) { /* without a branch for each */
            const byte *at = delta->at;
            for (int i = 0; i < 7; i++) {
                unsigned there = code >> i & 1;
                where |= (uint64_t)(*at & (0u - there)) << (8 * i);
                at += there;
            }
            delta->at = at;
        } else {
            for (int i = 0; i < 7; i++) {
                if (!(code & (1 << i)))
                    continue;
                if (delta->at >= delta->end)
                    return broken("a delta that is cut off");
                where |= (uint64_t)*delta->at++ << (8 * i);
            }
        }
        from = where & 0xFFFFFFFF;
        length = where >> 32;
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

/* A part of the base that stays. */
typedef struct {
    uint64_t from, start, length; /* where in the base, where in the result */
} Copy;

/* What stays of a base. */
typedef struct {
    Text list; /* in the order of the result */
    uint64_t base_size, size;
} Copies;

static inline const Copy *copies_of(const Copies *copies)
{
    return (const Copy *)copies->list.at;
}

static inline size_t count_of(const Copies *copies)
{
    return copies->list.used / sizeof(Copy);
}

static inline int add_copy(Text *list, const Op *op, uint64_t start)
{
    Copy *last = list->used ? (Copy *)(list->at + list->used) - 1 : NULL;

    /* Copies of what lies together in the base are one: git cuts long ones. */
    if (last && last->start + last->length == start && last->from + last->length == op->from) {
        last->length += op->length;
        return 0;
    }
    return append(list, &(Copy){op->from, start, op->length}, sizeof(Copy));
}

/* Read a delta to its end: what stays goes to `copies`. */
static int delta_copies(const Py_buffer *raw, Copies *copies)
{
    Delta delta;
    Op op;
    int got;

    copies->list.used = 0;
    if (delta_open(&delta, raw->buf, raw->len) < 0)
        return -1;
    copies->base_size = delta.base_size;
    copies->size = delta.size;
    while ((got = delta_raw(&delta, &op)) == 1)
        if (!op.data && add_copy(&copies->list, &op, delta.made - op.length) < 0)
            return -1;
    return got;
}

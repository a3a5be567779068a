/* Which hits whole lines had that were scanned before, in whatever version of whatever file.

   What a gate sees before and behind an end is bounded (see engine/versions.py). So the hits that
   end in a *stretch* of whole lines follow from its bytes, from `narrow` bytes before it and from
   `ahead` bytes behind it. They are remembered under a hash of all these, keyed with random bytes,
   so that nobody can write lines that are taken for others. Of a version only stretches that are
   new have to be scanned; nine of ten lines in the windows of a history are not.

   Likewise what comes of a hit follows from the bytes within its margin: hits of which nothing came
   are remembered as *barren*, and Python does not hear of them again.

   The hash is that of wyhash (Wang Yi, public domain), a folded product of 64 by 64 bits. */

#define STRETCH 256     /* bytes after which a stretch ends ... */
#define LONG_LINE 20    /* ... as it does with a line of so many: where that is lies in the lines */
#define LOOK 1024       /* bytes outside a window in which the borders of a line are looked for */
#define SLOTS (1u << 21)
#define STRETCHES (1u << 23) /* slots; of all of git's history half as many were seen by a process */
#define HEADS 4096
#define WAITS 0x80000000u
#define MARGIN 4096     /* bytes to one side of a hit, at most, with which it is remembered */

#ifdef __linux__
#include <sys/mman.h>
#endif
#define LARGE ((size_t)1 << 22) /* bytes of a table that is worth pages of its own */

typedef struct {
    uint64_t first, count;
} Span;

/* Keys by hashing; the lowest bit of a key is no part of it, and 0 is a free slot. */
typedef struct {
    uint64_t *keys;
    uint32_t *values; /* NULL if there are none */
    size_t slots, used, most;
    int full, bare;
} Table;

typedef struct {
    Table known; /* stretches: the lowest bit says whether there are hits, or it waits */
    Table told;  /* those that have hits: the number of a span and 1 */
    Table barren;
    uint32_t heads[HEADS]; /* by hash the last that waits; what is left of earlier ones is harmless */
    Text spans;
    Numbers hits; /* where they end, counted from the start of the stretch, and the gate */
    uint64_t secret[4];
} Lines;

/* A stretch that waits for its first scan, or that was scanned. */
typedef struct {
    uint64_t key, low, high; /* where it lies in what is joined */
    uint32_t span;           /* its number and 1; 0: no hits */
    uint32_t before;         /* the one with such a hash that waits for longer: a smaller number */
} Waiting;

/* A stretch of a version that has hits, or may have. */
typedef struct {
    uint64_t at;
    uint64_t value; /* the number of a span and 1, or WAITS and the number of what waits */
} Known;

/* Zeroed memory, in large pages if it is large: what is read at random takes longer to find than
   to read if it lies in small ones. */
static uint64_t *keys_new(size_t slots)
{
#ifdef MADV_HUGEPAGE
    size_t size = slots * sizeof(uint64_t);
    if (size >= LARGE) {
        void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
        if (at == MAP_FAILED)
            return NULL;
        (void)madvise(at, size, MADV_HUGEPAGE);
        return at;
    }
#endif
    return calloc(slots, sizeof(uint64_t));
}

static void keys_free(uint64_t *keys, size_t slots)
{
#ifdef MADV_HUGEPAGE
    if (keys && slots * sizeof *keys >= LARGE) {
        (void)munmap(keys, slots * sizeof *keys);
        return;
    }
#endif
    (void)slots;
    free(keys);
}

static void table_free(Table *table)
{
    keys_free(table->keys, table->slots);
    free(table->values);
}

static void table_clear(Table *table)
{
    if (table->slots)
        memset(table->keys, 0, table->slots * sizeof *table->keys);
    table->used = 0;
    table->full = 0;
}

static void lines_clear(Lines *lines)
{
    table_clear(&lines->known);
    table_clear(&lines->told);
    table_clear(&lines->barren);
    lines->spans.used = lines->hits.used = 0;
}

static void lines_free(PyObject *capsule)
{
    Lines *lines = PyCapsule_GetPointer(capsule, "leakhunt.lines");
    if (!lines)
        return;
    table_free(&lines->known);
    table_free(&lines->told);
    table_free(&lines->barren);
    free(lines->spans.at);
    free(lines->hits.at);
    free(lines);
}

static PyObject *lines_new(PyObject *self, PyObject *args)
{
    Py_buffer secret;
    Lines *lines;
    PyObject *capsule = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*", &secret))
        return NULL;
    lines = calloc(1, sizeof *lines);
    if (!lines) {
        PyErr_NoMemory();
    } else if (secret.len != sizeof lines->secret) {
        broken("a secret of another length");
    } else {
        memcpy(lines->secret, secret.buf, sizeof lines->secret);
        lines->known.bare = lines->barren.bare = 1;
        lines->known.most = STRETCHES;
        lines->told.most = lines->barren.most = SLOTS;
        capsule = PyCapsule_New(lines, "leakhunt.lines", lines_free);
    }
    PyBuffer_Release(&secret);
    if (!capsule)
        free(lines);
    return capsule;
}

static inline uint64_t folded(uint64_t a, uint64_t b)
{
#ifdef __SIZEOF_INT128__
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
#else
    uint64_t a0 = (uint32_t)a, a1 = a >> 32, b0 = (uint32_t)b, b1 = b >> 32;
    uint64_t low = a0 * b0, one = a1 * b0, two = a0 * b1;
    uint64_t middle = (low >> 32) + (uint32_t)one + (uint32_t)two;
    return ((middle << 32) | (uint32_t)low) ^ (a1 * b1 + (one >> 32) + (two >> 32) + (middle >> 32));
#endif
}

static uint64_t hashed(const uint64_t *secret, const byte *at, size_t size, uint64_t seed)
{
    uint64_t a = 0, b = 0, sum = seed ^ secret[0];
    size_t left = size;

    if (left > 32) { /* two sums side by side: one waits for its product */
        uint64_t other = sum;
        for (; left > 32; left -= 32, at += 32) {
            sum = folded(read64(at) ^ secret[1], read64(at + 8) ^ sum);
            other = folded(read64(at + 16) ^ secret[2], read64(at + 24) ^ other);
        }
        sum ^= other;
    }
    for (; left > 16; left -= 16, at += 16)
        sum = folded(read64(at) ^ secret[1], read64(at + 8) ^ sum);
    if (left >= 8) {
        a = read64(at);
        b = read64(at + left - 8);
    } else {
        memcpy(&a, at, left);
    }
    sum = folded(secret[2] ^ size, folded(a ^ secret[1], b ^ sum) ^ secret[3]);
    return sum >> 1 ? sum & ~(uint64_t)1 : 2;
}

/* The key of a stretch. */
static uint64_t key_of(const Lines *lines, const byte *text, uint64_t low, uint64_t high,
                       uint64_t size, const Reach *reach)
{
    uint64_t start = low > reach->narrow ? low - reach->narrow : 0;
    uint64_t stop = least(size, high + reach->ahead);
    uint64_t seed = (stop - high) << 32 | (low - start) << 1 | (start == 0);
    return hashed(lines->secret, text + start, (size_t)(stop - start), seed);
}

/* The key of a hit: what is within its margin. 0: that is too much to remember. */
static uint64_t key_of_hit(const Lines *lines, const byte *text, uint64_t size, uint64_t hit,
                           uint32_t margin)
{
    uint64_t end = hit >> END_SHIFT, before, behind, seed;

    around(text, size, end, margin, &before, &behind);
    if (before > MARGIN || behind > MARGIN)
        return 0;
    /* At the start and at the end of the text less is left than asked for. */
    seed = before << 44 | behind << 22 | (hit & GATE_MASK);
    before = least(before, end);
    behind = least(behind, size - end);
    seed ^= before << 33 ^ behind << 11;
    return hashed(lines->secret, text + (end - before), (size_t)(before + behind),
                  seed ^ lines->secret[3]);
}

static inline size_t first_slot(const Table *table, uint64_t key)
{
    return (size_t)(key >> 20) & (table->slots - 1);
}

static size_t slot_of(const Table *table, uint64_t key)
{
    size_t mask = table->slots - 1, i = first_slot(table, key);
    while (table->keys[i] && (table->keys[i] & ~(uint64_t)1) != key)
        i = (i + 1) & mask;
    return i;
}

/* Make room for one more key; a table that is full takes no more. */
static int table_room(Table *table)
{
    Table grown = *table;

    if (table->used < table->slots / 8 * 5)
        return 0;
    if (table->slots >= table->most) {
        table->full = 1;
        return 0;
    }
    grown.slots = table->slots ? table->slots * 2 : 1 << 14;
    grown.keys = keys_new(grown.slots);
    grown.values = table->bare ? NULL : malloc(grown.slots * sizeof *grown.values);
    if (!grown.keys || !(grown.values || table->bare)) {
        table_free(&grown);
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < table->slots; i++) {
        if (table->keys[i]) {
            size_t slot = slot_of(&grown, table->keys[i] & ~(uint64_t)1);
            grown.keys[slot] = table->keys[i];
            if (grown.values)
                grown.values[slot] = table->values[i];
        }
    }
    table_free(table);
    *table = grown;
    return 0;
}

/* Where the stretch that starts at `at` ends; 0 if that is too far outside a window. */
static uint64_t stretch(const byte *text, uint64_t at, uint64_t high, uint64_t size)
{
    uint64_t end = at, limit = least(size, high + LOOK);
    while (end < limit) {
        const byte *newline = memchr(text + end, '\n', (size_t)(limit - end));
        uint64_t next;
        if (!newline)
            break;
        next = (uint64_t)(newline - text) + 1;
        if (next - end >= LONG_LINE || next - at >= STRETCH)
            return next;
        end = next;
    }
    return limit == size ? size : 0;
}

static size_t head_of(uint64_t key)
{
    return (size_t)(key >> 20) & (HEADS - 1);
}

/* Let a stretch wait for its scan. */
static int lines_wait(Lines *lines, Text *waiting, Waiting new)
{
    uint32_t number = (uint32_t)(waiting->used / sizeof new), *head = &lines->heads[head_of(new.key)];
    new.before = *head < number ? *head : WAITS;
    *head = number;
    return append(waiting, &new, sizeof new);
}

/* What is known of a stretch that has hits, or waits. */
static uint64_t lines_recall(const Lines *lines, const Text *waiting, uint64_t key)
{
    const Waiting *at = (const Waiting *)waiting->at;
    uint32_t count = (uint32_t)(waiting->used / sizeof *at);
    size_t slot;

    for (uint32_t n = lines->heads[head_of(key)]; n < count; n = at[n].before)
        if (at[n].key == key)
            return WAITS | n;
    if (!lines->told.slots)
        return 0;
    slot = slot_of(&lines->told, key);
    return lines->told.keys[slot] ? lines->told.values[slot] : 0;
}

/* Note of stretches which hits were found in them: `found`, sorted. */
static int lines_learn(Lines *lines, Text *waiting, const Numbers *found)
{
    Waiting *at = (Waiting *)waiting->at;
    size_t count = waiting->used / sizeof *at, i = 0;

    for (size_t n = 0; n < count; n++) {
        size_t slot;
        Span span = {lines->hits.used, 0};
        /* A window may begin inside a stretch that reaches out of the one before: its stretches
           overlap that one. */
        while (i && found->at[i - 1] >> END_SHIFT > at[n].low)
            i--;
        while (i < found->used && found->at[i] >> END_SHIFT <= at[n].low)
            i++;
        for (; i < found->used && found->at[i] >> END_SHIFT <= at[n].high; i++, span.count++)
            if (push(&lines->hits, found->at[i] - (at[n].low << END_SHIFT)) < 0)
                return -1;
        if (n + SOON < count)
            fetch(&lines->known.keys[first_slot(&lines->known, at[n + SOON].key)]);
        slot = slot_of(&lines->known, at[n].key);
        lines->known.keys[slot] = at[n].key | (span.count > 0);
        if (!span.count)
            continue;
        if (append(&lines->spans, &span, sizeof span) < 0 || table_room(&lines->told) < 0)
            return -1;
        at[n].span = (uint32_t)(lines->spans.used / sizeof span);
        if (lines->told.full) {
            lines->known.full = 1; /* all is forgotten before anybody asks for it */
            continue;
        }
        slot = slot_of(&lines->told, at[n].key);
        lines->told.used += !lines->told.keys[slot];
        lines->told.keys[slot] = at[n].key;
        lines->told.values[slot] = at[n].span;
    }
    return 0;
}

/* The hits of a stretch of a version, as hits of the version. */
static int lines_tell(const Lines *lines, const Text *waiting, const Known *known, Numbers *hits)
{
    uint64_t number = known->value;
    const Span *span;

    if (number & WAITS)
        number = ((const Waiting *)waiting->at)[number & ~(uint64_t)WAITS].span;
    if (!number)
        return 0;
    span = (const Span *)lines->spans.at + (number - 1);
    for (uint64_t i = 0; i < span->count; i++)
        if (push(hits, lines->hits.at[span->first + i] + (known->at << END_SHIFT)) < 0)
            return -1;
    return 0;
}

/* The entries of trees, and numbers for their keys and objects. See pure_trees.py. */

/* --- Numbers of entries */

static int little32(Text *text, uint32_t value)
{
    byte raw[4] = {(byte)value, (byte)(value >> 8), (byte)(value >> 16), (byte)(value >> 24)};
    return append(text, raw, 4);
}

static uint32_t from_little32(const byte *raw)
{
    return raw[0] | (uint32_t)raw[1] << 8 | (uint32_t)raw[2] << 16 | (uint32_t)raw[3] << 24;
}

/* --- The entries of one tree */

#define FOLDER 4 /* what the upper bits of a mode say */
#define FILE_ 8
#define LINK 10
#define SUBMODULE 14

typedef struct {
    const byte *name;
    size_t length, whole; /* bytes of the name; of mode, space and name */
    uint32_t type;
} Key;

/* Read a mode and a name. What git would have to interpret is left to it. */
static int read_key(Key *key, const byte *at, size_t left)
{
    const byte *zero = memchr(at, 0, left);
    const byte *space = zero ? memchr(at, ' ', (size_t)(zero - at)) : NULL;
    uint32_t mode = 0;

    if (!space || space == at || space - at > 7 || space + 1 == zero)
        return broken("a tree with a bad entry");
    for (const byte *digit = at; digit < space; digit++) {
        if (*digit < '0' || *digit > '7')
            return broken("a tree with a bad entry");
        mode = mode << 3 | (uint32_t)(*digit - '0');
    }
    key->type = mode >> 12;
    if (key->type != FOLDER && key->type != FILE_ && key->type != LINK && key->type != SUBMODULE)
        return broken("a tree with an odd mode");
    key->name = space + 1;
    key->length = (size_t)(zero - key->name);
    key->whole = (size_t)(zero - at);
    return 0;
}

/* The order of git: as if the name of a folder ended in a slash. */
static int is_before(const Key *a, const Key *b)
{
    size_t least = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, least);
    byte x = a->type == FOLDER ? '/' : 0, y = b->type == FOLDER ? '/' : 0;
    if (order)
        return order < 0;
    return (a->length > least ? a->name[least] : x) < (b->length > least ? b->name[least] : y);
}

typedef struct {
    const byte *content;
    size_t size, at;
    uint32_t rank;
    size_t width;
    Text starts, added;
    Key last; /* of the entries so far, if there are any */
} Tree;

/* Read the key of the next entry. In a tree out of order names may stand twice. */
static int next_key(Tree *tree, Key *key)
{
    if (read_key(key, tree->content + tree->at, tree->size - tree->at) < 0)
        return -1;
    if (tree->starts.used && !is_before(&tree->last, key))
        return broken("a tree out of order");
    return 0;
}

static int parse_entry(Tree *tree)
{
    const byte *start = tree->content + tree->at;
    Key key;

    if (next_key(tree, &key) < 0)
        return -1;
    if (tree->size - tree->at - key.whole - 1 < tree->width)
        return broken("a tree with a bad entry");
    if (append32(&tree->starts, (uint32_t)tree->at) < 0)
        return -1;
    if (key.type != SUBMODULE
        && (little32(&tree->added, tree->rank) < 0
            || little32(&tree->added, (uint32_t)key.whole) < 0
            || append(&tree->added, start, key.whole) < 0
            || append(&tree->added, start + key.whole + 1, tree->width) < 0))
        return -1;
    tree->last = key;
    tree->at += key.whole + 1 + tree->width;
    return 0;
}

static int remove_entry(Text *removed, const Py_buffer *base, size_t at, uint32_t rank)
{
    const byte *key = (const byte *)base->buf + at;
    const byte *zero = at < (size_t)base->len ? memchr(key, 0, (size_t)base->len - at) : NULL;
    if (!zero)
        return broken("a tree with a bad entry");
    return little32(removed, rank) < 0 || little32(removed, (uint32_t)(zero - key)) < 0
                   || append(removed, key, (size_t)(zero - key)) < 0
               ? -1
               : 0;
}

/* Where the entries of the base start; the one past the last is its end. */
static uint64_t start_of(const Py_buffer *starts, const Py_buffer *base, size_t i)
{
    return i < (size_t)starts->len / 4 ? read32(starts->buf, i) : (uint64_t)base->len;
}

/* The first entry of the base that starts at or (past) behind a place. */
static size_t first_start(const Py_buffer *starts, const Py_buffer *base, uint64_t place, int past)
{
    size_t low = 0, high = (size_t)starts->len / 4 + 1;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        uint64_t start = start_of(starts, base, middle);
        if (start < place || (past && start == place))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Take over what lies wholly in one copied piece. 1: something, 0: nothing starts here. */
static int keep(Tree *tree, const Py_buffer *starts, const Py_buffer *base, const Copy *copy,
                Numbers *kept)
{
    uint64_t place = tree->at - copy->start + copy->from;
    size_t first = first_start(starts, base, place, 0), last, begin;
    Key key;

    if (first > (size_t)starts->len / 4 || start_of(starts, base, first) != place)
        return 0;
    last = first_start(starts, base, copy->from + copy->length, 1) - 1;
    if (last <= first || start_of(starts, base, last) <= place)
        return 0;
    if (next_key(tree, &key) < 0)
        return -1;
    for (size_t i = first; i < last; i++)
        if (append32(&tree->starts, (uint32_t)(start_of(starts, base, i) - copy->from + copy->start))
            < 0)
            return -1;
    if (push(kept, first) < 0 || push(kept, last) < 0)
        return -1;
    begin = (size_t)(start_of(starts, base, last - 1) - copy->from + copy->start);
    tree->at = (size_t)(start_of(starts, base, last) - copy->from + copy->start);
    if (tree->at > tree->size || begin >= tree->at)
        return broken("a delta of another tree");
    return read_key(&tree->last, tree->content + begin, tree->at - begin) < 0 ? -1 : 1;
}

static int parse_delta(Tree *tree, const Copies *copies, const Py_buffer *base,
                       const Py_buffer *starts, Numbers *kept)
{
    if (copies->base_size != (uint64_t)base->len || copies->size != tree->size)
        return broken("a delta of another tree");
    for (size_t i = 0; i < count_of(copies); i++) {
        const Copy *copy = copies_of(copies) + i;
        while (tree->at < copy->start)
            if (parse_entry(tree) < 0)
                return -1;
        while (tree->at < copy->start + copy->length) {
            int taken = keep(tree, starts, base, copy, kept);
            if (taken < 0 || (!taken && parse_entry(tree) < 0))
                return -1;
        }
    }
    return 0;
}

static int removed_between(Text *removed, const Numbers *kept, const Py_buffer *base,
                           const Py_buffer *starts, uint32_t rank)
{
    size_t at = 0, count = (size_t)starts->len / 4;
    for (size_t i = 0; i <= kept->used; i += 2) {
        size_t stop = i < kept->used ? (size_t)kept->at[i] : count;
        for (; at < stop; at++)
            if (remove_entry(removed, base, read32(starts->buf, at), rank) < 0)
                return -1;
        if (i < kept->used)
            at = (size_t)kept->at[i + 1];
    }
    return 0;
}

/* What a tree adds to its base and takes from it; without copies all of it is added. */
static int read_tree(const Py_buffer *content, const Copies *copies, const Py_buffer *base,
                     const Py_buffer *base_starts, uint32_t rank, size_t width, Text *starts,
                     Text *added, Text *removed)
{
    Tree tree = {content->buf, (size_t)content->len, 0, rank, width, *starts, *added, {NULL, 0, 0, 0}};
    Numbers kept = {0};
    int got = -1;

    if ((width != 20 && width != 32) || content->len > 0x7FFFFFFF || base->len > 0x7FFFFFFF) {
        broken("an odd tree");
        goto done;
    }
    if (copies && parse_delta(&tree, copies, base, base_starts, &kept) < 0)
        goto done;
    while (tree.at < tree.size)
        if (parse_entry(&tree) < 0)
            goto done;
    got = removed_between(removed, &kept, base, base_starts, rank);
done:
    *starts = tree.starts;
    *added = tree.added;
    free(kept.at);
    return got;
}

static PyObject *entries(PyObject *self, PyObject *args)
{
    Py_buffer content, raw, base, base_starts;
    unsigned int rank;
    Py_ssize_t width;
    Text starts = {0}, added = {0}, removed = {0};
    Copies copies = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*In", &content, &raw, &base, &base_starts, &rank, &width))
        return NULL;
    if ((!raw.len || delta_copies(&raw, &copies) == 0)
        && read_tree(&content, raw.len ? &copies : NULL, &base, &base_starts, rank, (size_t)width,
                     &starts, &added, &removed)
               == 0)
        result = Py_BuildValue("NNN", text_bytes(&starts), text_bytes(&added),
                               text_bytes(&removed));
    free(copies.list.at);
    free(starts.at);
    free(added.at);
    free(removed.at);
    PyBuffer_Release(&content);
    PyBuffer_Release(&raw);
    PyBuffer_Release(&base);
    PyBuffer_Release(&base_starts);
    return result;
}

/* --- Numbers for keys */

typedef struct {
    uint32_t *slot; /* number of a key, plus one; 0: free */
    size_t mask, used;
    Text keys;    /* each ended by a zero byte */
    Text offsets; /* where each key starts */
} Keys;

static uint64_t mix(uint64_t value) /* splitmix64 */
{
    value += 0x9E3779B97F4A7C15u;
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

static uint64_t seed; /* nobody outside knows which keys share a slot */

static uint64_t hash_of(const byte *key, size_t length)
{
    uint64_t hash = mix(seed ^ length), piece;
    for (; length >= sizeof piece; key += sizeof piece, length -= sizeof piece) {
        memcpy(&piece, key, sizeof piece);
        hash = mix(hash ^ piece);
    }
    piece = 0;
    memcpy(&piece, key, length);
    return mix(hash ^ piece);
}

static int same_key(const Keys *keys, uint32_t n, const byte *key, size_t length)
{
    size_t start = read32(keys->offsets.at, n);
    return keys->keys.used - start > length && memcmp(keys->keys.at + start, key, length) == 0
           && keys->keys.at[start + length] == 0;
}

static int more_slots(Keys *keys)
{
    size_t room = keys->slot ? (keys->mask + 1) * 2 : 1024;
    uint32_t *slot = calloc(room, sizeof *slot);
    if (!slot) {
        PyErr_NoMemory();
        return -1;
    }
    free(keys->slot);
    keys->slot = slot;
    keys->mask = room - 1;
    for (uint32_t n = 0; n < keys->used; n++) {
        const byte *key = keys->keys.at + read32(keys->offsets.at, n);
        size_t at = hash_of(key, strlen((const char *)key)) & keys->mask;
        while (keys->slot[at])
            at = (at + 1) & keys->mask;
        keys->slot[at] = n + 1;
    }
    return 0;
}

static int number_of_key(Keys *keys, const byte *key, size_t length, uint32_t *n)
{
    size_t at;
    if (keys->used * 2 >= keys->mask && more_slots(keys) < 0)
        return -1;
    at = hash_of(key, length) & keys->mask;
    for (; keys->slot[at]; at = (at + 1) & keys->mask)
        if (same_key(keys, keys->slot[at] - 1, key, length)) {
            *n = keys->slot[at] - 1;
            return 0;
        }
    if (keys->keys.used + length > 0x7FFFFFFF)
        return broken("too many keys");
    if (append32(&keys->offsets, (uint32_t)keys->keys.used) < 0
        || append(&keys->keys, key, length) < 0 || append(&keys->keys, "", 1) < 0)
        return -1;
    *n = (uint32_t)keys->used++;
    keys->slot[at] = *n + 1;
    return 0;
}

static int read_records(const Py_buffer *records, size_t width, Keys *keys, Text *pairs, Text *oids)
{
    const byte *at = records->buf, *end = at + records->len;
    while (at < end) {
        size_t left = (size_t)(end - at), length;
        uint32_t n;
        if (left < 8)
            return broken("a record that is cut off");
        length = from_little32(at + 4);
        if (length > left - 8 || width > left - 8 - length)
            return broken("a record that is cut off");
        if (memchr(at + 8, 0, length))
            return broken("a key that is none");
        if (number_of_key(keys, at + 8, length, &n) < 0
            || append32(pairs, from_little32(at)) < 0 || append32(pairs, n) < 0
            || (oids && append(oids, at + 8 + length, width) < 0))
            return -1;
        at += 8 + length + width;
    }
    return 0;
}

static PyObject *gather(PyObject *self, PyObject *args)
{
    Py_buffer added, removed;
    Py_ssize_t width;
    Keys keys = {0};
    Text pairs = {0}, oids = {0}, gone = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*n", &added, &removed, &width))
        return NULL;
    if (width == 20 || width == 32) {
        if (read_records(&added, (size_t)width, &keys, &pairs, &oids) == 0
            && read_records(&removed, 0, &keys, &gone, NULL) == 0)
            result = Py_BuildValue("NNNN", text_bytes(&keys.keys), text_bytes(&pairs),
                                   text_bytes(&oids), text_bytes(&gone));
    } else {
        broken("ids of an odd width");
    }
    free(keys.slot);
    free(keys.keys.at);
    free(keys.offsets.at);
    free(pairs.at);
    free(oids.at);
    free(gone.at);
    PyBuffer_Release(&added);
    PyBuffer_Release(&removed);
    return result;
}

/* --- Numbers for objects */

typedef struct {
    const byte *oids; /* sorted */
    size_t count, width;
    uint32_t *first; /* for each two first bytes the first id with them; one more: the end */
} Sorted;

enum { HEADS = 1 << 16 };

#ifdef __GNUC__
#define AHEAD_OF_USE(at) __builtin_prefetch(at)
#else
#define AHEAD_OF_USE(at) ((void)(at))
#endif

static size_t head_of(const byte *oid)
{
    return (size_t)oid[0] << 8 | oid[1];
}

static int sorted_open(Sorted *table)
{
    size_t at = 0;
    table->first = malloc((HEADS + 1) * sizeof *table->first);
    if (!table->first) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t head = 0; head < HEADS; head++) {
        table->first[head] = (uint32_t)at;
        while (at < table->count && head_of(table->oids + at * table->width) <= head)
            at++;
    }
    table->first[HEADS] = (uint32_t)table->count;
    return 0;
}

static size_t place_of(const Sorted *table, const byte *oid)
{
    size_t low = table->first[head_of(oid)], high = table->first[head_of(oid) + 1];
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (memcmp(table->oids + middle * table->width, oid, table->width) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static PyObject *number(PyObject *self, PyObject *args)
{
    Py_buffer oids, table, numbers;
    Py_ssize_t width;
    unsigned int start;
    Text found = {0};
    Sorted known = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*nI", &oids, &table, &numbers, &width, &start))
        return NULL;
    if ((width != 20 && width != 32) || table.len / width != numbers.len / 4) {
        broken("a table of another length");
        goto done;
    }
    known.oids = table.buf;
    known.width = (size_t)width;
    known.count = (size_t)(table.len / width);
    if (sorted_open(&known) < 0)
        goto done;
    for (Py_ssize_t at = 0; at + width <= oids.len; at += width) {
        const byte *oid = (const byte *)oids.buf + at;
        size_t place;
        /* Ids are anywhere: without this each would wait for memory. */
        if (oids.len - at > 9 * width)
            AHEAD_OF_USE(&known.first[head_of(oid + 8 * width)]);
        if (oids.len - at > 5 * width) {
            size_t head = head_of(oid + 4 * width);
            size_t middle = known.first[head] + (known.first[head + 1] - known.first[head]) / 2;
            AHEAD_OF_USE(known.oids + middle * known.width);
        }
        place = place_of(&known, oid);
        int same = place < known.count
                   && memcmp(known.oids + place * known.width, oid, known.width) == 0;
        if (append32(&found, same ? read32(numbers.buf, place) + start : NOWHERE) < 0)
            goto done;
    }
    result = text_bytes(&found);
done:
    free(found.at);
    free(known.first);
    PyBuffer_Release(&oids);
    PyBuffer_Release(&table);
    PyBuffer_Release(&numbers);
    return result;
}

/* Which trees lead to some objects. See pure_forest.py. */

#define TREE 2 /* kinds of objects, as packs number them */
#define BLOB 3

/* --- Rows of numbers, sorted by one of their columns */

#define PIECE (1u << 24)     /* bytes */
#define MOST_ROWS (1u << 30) /* that are read, or skipped, all times together: some seconds */

typedef struct {
    uint32_t *first; /* for each object the first of its rows; one more: the end */
    uint32_t *row;   /* numbers of rows */
} Index;

static void index_free(Index *index)
{
    free(index->first);
    free(index->row);
    *index = (Index){0};
}

/* Counting sort. Rows with a column of `none` are left out. */
static int index_by(Index *index, const byte *rows, size_t total, size_t width, size_t column,
                    size_t count, int skip_negative)
{
    index->first = calloc(count + 2, sizeof *index->first);
    index->row = malloc((total ? total : 1) * sizeof *index->row);
    if (!index->first || !index->row || total > 0x7FFFFFFF) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < total; i++) {
        uint32_t value = read32(rows, i * width + column);
        if (skip_negative && value > 0x7FFFFFFF)
            continue;
        if (value >= count)
            return broken("numbers of no object");
        index->first[value + 2]++;
    }
    for (size_t i = 2; i < count + 2; i++)
        index->first[i] += index->first[i - 1];
    for (size_t i = 0; i < total; i++) {
        uint32_t value = read32(rows, i * width + column);
        if (value < count)
            index->row[index->first[value + 1]++] = (uint32_t)i;
    }
    return 0;
}

static PyObject *rows_from(PyObject *self, PyObject *args)
{
    Py_buffer pairs, objects, keys;
    unsigned int shift;
    Text rows = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*I", &pairs, &objects, &keys, &shift))
        return NULL;
    if (pairs.len % 8) {
        broken("odd rows");
        goto done;
    }
    for (size_t i = 0; i < (size_t)pairs.len / 8; i++) {
        uint32_t tree = read32(pairs.buf, i * 2), key = read32(pairs.buf, i * 2 + 1);
        if (key >= (size_t)keys.len / 4 || (objects.len && i >= (size_t)objects.len / 4)) {
            broken("numbers of no key or object");
            goto done;
        }
        if (append32(&rows, tree + shift) < 0 || append32(&rows, read32(keys.buf, key)) < 0
            || (objects.len && append32(&rows, read32(objects.buf, i)) < 0))
            goto done;
    }
    result = text_bytes(&rows);
done:
    free(rows.at);
    PyBuffer_Release(&pairs);
    PyBuffer_Release(&objects);
    PyBuffer_Release(&keys);
    return result;
}

static PyObject *shifted(PyObject *self, PyObject *args)
{
    Py_buffer bases;
    unsigned int shift;
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*I", &bases, &shift))
        return NULL;
    if (bases.len % 4)
        broken("odd rows");
    else
        result = PyBytes_FromStringAndSize(NULL, bases.len);
    for (size_t i = 0; result && i < (size_t)bases.len / 4; i++) {
        uint32_t base = read32(bases.buf, i);
        base = base > 0x7FFFFFFF ? NOWHERE : base + shift;
        memcpy(PyBytes_AsString(result) + 4 * i, &base, 4);
    }
    PyBuffer_Release(&bases);
    return result;
}

/* Counting sort by the first column; `first` has room for one more than `count`. */
static int sort_rows(byte *out, const byte *rows, size_t total, size_t bytes, uint32_t *first,
                     size_t count)
{
    size_t sum = 0;
    for (size_t i = 0; i < total; i++) {
        uint32_t value;
        memcpy(&value, rows + i * bytes, 4);
        if (value >= count)
            return broken("numbers of no object");
        first[value]++;
    }
    for (size_t i = 0; i < count; i++) {
        size_t here = first[i];
        first[i] = (uint32_t)sum;
        sum += here;
    }
    for (size_t i = 0; i < total; i++) {
        uint32_t value;
        memcpy(&value, rows + i * bytes, 4);
        memcpy(out + (size_t)first[value]++ * bytes, rows + i * bytes, bytes);
    }
    return 0;
}

static PyObject *arrange(PyObject *self, PyObject *args)
{
    Py_buffer rows;
    Py_ssize_t width, count;
    uint32_t *first = NULL;
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*nn", &rows, &width, &count))
        return NULL;
    if (width < 1 || width > 16 || count < 0 || rows.len % (4 * width)
        || rows.len / 4 / width > INT32_MAX) {
        broken("odd rows");
    } else {
        first = calloc((size_t)count + 1, sizeof *first);
        result = first ? PyBytes_FromStringAndSize(NULL, rows.len) : PyErr_NoMemory();
        if (result
            && sort_rows((byte *)PyBytes_AsString(result), rows.buf,
                         (size_t)(rows.len / 4 / width), 4 * (size_t)width, first, (size_t)count) < 0)
            Py_CLEAR(result);
    }
    free(first);
    PyBuffer_Release(&rows);
    return result;
}

/* --- From objects up to every tree that leads to them */

typedef struct {
    uint32_t tree, key, object;
} Entry;

/* A tree in the order in which deltas follow what they are built on: so all that are built on it,
   however deeply, stand behind it, up to `end`. */
typedef struct {
    uint32_t tree, end;
    uint32_t gone, kept; /* where its rows of what it lacks of its base begin and end */
} Branch;

typedef struct {
    Py_buffer bases, added, removed, wanted;
    size_t count, limit;
    Index gone; /* rows by tree */
    Branch *branches;
    uint32_t *place; /* of each tree among them */
    uint32_t *stop;  /* of each tree: its entries, then where those of it end */
    byte *seen; /* objects that are led to */
    byte *done; /* rows that were followed */
    Entry *found;
    size_t total, skipped;
} Forest;

static void forest_free(Forest *f)
{
    index_free(&f->gone);
    free(f->branches);
    free(f->place);
    free(f->seen);
    free(f->done);
    f->done = NULL;
    f->branches = NULL;
    f->place = NULL;
    f->seen = NULL;
}

static int by_number(const void *left, const void *right)
{
    uint32_t a, b;
    memcpy(&a, left, sizeof a);
    memcpy(&b, right, sizeof b);
    return a < b ? -1 : a > b;
}

/* Of `gone` the keys themselves, sorted in each tree. */
static void sort_gone(Forest *f)
{
    for (size_t i = 0; i < (size_t)f->removed.len / 8; i++)
        f->gone.row[i] = read32(f->removed.buf, (size_t)f->gone.row[i] * 2 + 1);
    for (size_t tree = 0; tree < f->count; tree++) {
        uint32_t first = f->gone.first[tree], stop = f->gone.first[tree + 1];
        if (stop - first > 1)
            qsort(f->gone.row + first, stop - first, sizeof *f->gone.row, by_number);
    }
}

static uint32_t pop32(Text *text)
{
    uint32_t value;
    text->used -= 4;
    memcpy(&value, text->at + text->used, 4);
    return value;
}

/* Put all trees in order: each before those that are built on it. */
static int order_branches(Forest *f)
{
    Index deltas = {0};
    Text open = {0};
    uint32_t used = 0;
    int got = index_by(&deltas, f->bases.buf, f->count, 1, 0, f->count, 1);

    f->branches = malloc((f->count + 1) * sizeof *f->branches);
    f->place = malloc((f->count + 1) * sizeof *f->place);
    if (got == 0 && (!f->branches || !f->place)) {
        PyErr_NoMemory();
        got = -1;
    }
    for (size_t root = 0; got == 0 && root < f->count; root++) {
        if (read32(f->bases.buf, root) <= 0x7FFFFFFF)
            continue;
        got = append32(&open, (uint32_t)root);
        while (got == 0 && open.used) {
            uint32_t tree = pop32(&open);
            f->place[tree] = used;
            f->branches[used++] = (Branch){tree, 0, f->gone.first[tree], f->gone.first[tree + 1]};
            for (uint32_t i = deltas.first[tree]; got == 0 && i < deltas.first[tree + 1]; i++)
                got = append32(&open, deltas.row[i]);
        }
    }
    if (got == 0 && used < f->count)
        got = broken("trees that are built on themselves");
    for (size_t at = used; got == 0 && at-- > 0;) {
        Branch *branch = &f->branches[at];
        uint32_t base = read32(f->bases.buf, branch->tree);
        if (branch->end <= at)
            branch->end = (uint32_t)at + 1;
        if (base <= 0x7FFFFFFF && f->branches[f->place[base]].end < branch->end)
            f->branches[f->place[base]].end = branch->end;
    }
    index_free(&deltas);
    free(open.at);
    return got;
}

static int is_gone(const uint32_t *gone, const Branch *branch, uint32_t key)
{
    uint32_t low = branch->gone, high = branch->kept;
    while (high - low > 8) {
        uint32_t middle = low + (high - low) / 2;
        if (gone[middle] <= key)
            low = middle;
        else
            high = middle;
    }
    while (low < high)
        if (gone[low++] == key)
            return 1;
    return 0;
}

/* The tree has this entry, and so have the deltas of it that do not take it away. Count these
   entries, or put them where they belong if there is room for them by now. */
static int spread(Forest *f, uint32_t tree, uint32_t key, uint32_t object)
{
    uint32_t first = f->place[tree], end = f->branches[first].end;

    for (uint32_t at = first; at < end;) {
        const Branch *branch = &f->branches[at];
        if (at > first && is_gone(f->gone.row, branch, key)) {
            if (f->skipped++ >= MOST_ROWS)
                return broken("too many deltas of one tree");
            at = branch->end;
            continue;
        }
        at++;
        if (f->found) {
            f->found[f->stop[branch->tree]++] = (Entry){branch->tree, key, object};
            continue;
        }
        if (f->total++ >= f->limit)
            return broken("too many entries");
        f->stop[branch->tree]++;
        f->seen[branch->tree] = 1;
    }
    return 0;
}

/* Follow the rows of what is led to, one after the other: to look them up by their objects would
   take longer than to read all of them again for each level of folders. */
static int sweep(Forest *f, int *more)
{
    size_t rows = (size_t)f->added.len / 12;

    *more = 0;
    for (size_t i = 0; i < rows; i++) {
        uint32_t object = read32(f->added.buf, i * 3 + 2), tree;
        if (object >= f->count)
            return broken("numbers of no object");
        if (!f->seen[object] || (!f->found && f->done[i]))
            continue;
        tree = read32(f->added.buf, i * 3);
        if (tree >= f->count)
            return broken("numbers of no object");
        f->done[i] = 1;
        *more = 1;
        if (spread(f, tree, read32(f->added.buf, i * 3 + 1), object) < 0)
            return -1;
    }
    return PyErr_CheckSignals() < 0 ? -1 : 0;
}

/* Find what leads to the objects, twice: to count the entries of each tree, and to write them. */
static int climb(Forest *f)
{
    uint32_t sum = 0;
    size_t budget = MOST_ROWS;
    int more = 1;

    for (size_t i = 0; i < (size_t)f->wanted.len / 4; i++) {
        uint32_t object = read32(f->wanted.buf, i);
        if (object >= f->count)
            return broken("numbers of no object");
        f->seen[object] = 1;
    }
    while (more) {
        size_t rows = (size_t)f->added.len / 12;
        if (rows > budget)
            return broken("too deep");
        budget -= rows;
        if (sweep(f, &more) < 0)
            return -1;
    }
    for (size_t tree = 0; tree < f->count; tree++) {
        uint32_t here = f->stop[tree];
        f->stop[tree] = sum;
        sum += here;
    }
    f->found = malloc(f->total * sizeof *f->found + 1);
    if (!f->found) {
        PyErr_NoMemory();
        return -1;
    }
    return sweep(f, &more);
}

static int by_entry(const void *left, const void *right)
{
    const Entry *a = left, *b = right;
    if (a->tree != b->tree)
        return a->tree < b->tree ? -1 : 1;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return a->object < b->object ? -1 : a->object > b->object;
}

/* Sort the entries of each tree, of which there are few. */
static void sort_entries(Forest *f)
{
    uint32_t first = 0;

    for (size_t tree = 0; tree < f->count; first = f->stop[tree++]) {
        Entry *some = f->found + first;
        size_t total = f->stop[tree] - first;
        if (total > 24) {
            qsort(some, total, sizeof *some, by_entry);
            continue;
        }
        for (size_t i = 1; i < total; i++) {
            Entry entry = some[i];
            size_t to = i;
            for (; to && by_entry(&some[to - 1], &entry) > 0; to--)
                some[to] = some[to - 1];
            some[to] = entry;
        }
    }
}

static size_t unique(Entry *entries, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++)
        if (!kept || by_entry(&entries[kept - 1], &entries[i]) != 0)
            entries[kept++] = entries[i];
    return kept;
}

/* --- What makes two trees alike */

typedef struct {
    const Entry *entries;
    uint32_t *first; /* for each object the first of its entries; one more: the end */
    uint32_t *next;  /* for each object the first of its entries that may not be done */
    uint64_t *value;
    byte *state; /* 0: untouched, 1: on the path, 2: done */
    Text path;
} Likeness;

static int is_leaf(const Likeness *l, uint32_t object)
{
    return l->first[object] == l->first[object + 1];
}

/* Sum up a tree if all below it is done; else put the first that is not on the path. */
static int sum_up(Likeness *l, uint32_t tree)
{
    uint64_t sum = 0;
    for (; l->next[tree] < l->first[tree + 1]; l->next[tree]++) {
        uint32_t object = l->entries[l->next[tree]].object;
        if (is_leaf(l, object) || l->state[object] == 2)
            continue;
        if (l->state[object] == 1)
            return broken("trees that hold themselves");
        l->state[object] = 1;
        return append32(&l->path, object);
    }
    for (uint32_t i = l->first[tree]; i < l->first[tree + 1]; i++) {
        uint32_t object = l->entries[i].object;
        sum += mix(mix(l->entries[i].key)
                   ^ (is_leaf(l, object) ? mix(~(uint64_t)object) : l->value[object]));
    }
    l->value[tree] = sum;
    l->state[tree] = 2;
    l->path.used -= 4;
    return 0;
}

static int likeness(Likeness *l, size_t count)
{
    for (size_t top = 0; top < count; top++) {
        if (l->first[top] == l->first[top + 1] || l->state[top] == 2)
            continue;
        l->state[top] = 1;
        if (append32(&l->path, (uint32_t)top) < 0)
            return -1;
        while (l->path.used)
            if (sum_up(l, read32(l->path.at, l->path.used / 4 - 1)) < 0)
                return -1;
    }
    return 0;
}

/* Make bytes of a text, which gives its memory back as it goes: there is no room for it twice. */
static PyObject *text_moved(Text *text)
{
    PyObject *bytes = PyBytes_FromStringAndSize(NULL, (Py_ssize_t)text->used);
    char *to = bytes ? PyBytes_AsString(bytes) : NULL;

    while (to && text->used) {
        size_t piece = text->used < PIECE ? text->used : PIECE;
        byte *less;
        text->used -= piece;
        memcpy(to + text->used, text->at + text->used, piece);
        less = realloc(text->at, text->used + 1);
        if (less) {
            text->at = less;
            text->room = text->used + 1;
        }
    }
    return bytes;
}

static PyObject *alike(const Entry *entries, size_t total, size_t count)
{
    Likeness l = {entries, NULL, NULL, NULL, NULL, {0}};
    PyObject *result = NULL;
    l.first = calloc(count + 1, sizeof *l.first);
    l.next = malloc((count + 1) * sizeof *l.next);
    l.value = calloc(count ? count : 1, sizeof *l.value);
    l.state = calloc(count ? count : 1, 1);
    if (!l.first || !l.next || !l.value || !l.state) {
        PyErr_NoMemory();
    } else {
        for (size_t i = 0; i < total; i++)
            l.first[entries[i].tree + 1]++;
        for (size_t i = 0; i < count; i++)
            l.first[i + 1] += l.first[i];
        memcpy(l.next, l.first, (count + 1) * sizeof *l.next);
        if (likeness(&l, count) == 0)
            result = PyBytes_FromStringAndSize((const char *)l.value, (Py_ssize_t)(count * 8));
    }
    free(l.first);
    free(l.next);
    free(l.value);
    free(l.state);
    free(l.path.at);
    return result;
}

static PyObject *trace(PyObject *self, PyObject *args)
{
    Forest f = {0};
    Py_ssize_t limit;
    PyObject *result = NULL, *values;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*n", &f.bases, &f.added, &f.removed, &f.wanted, &limit))
        return NULL;
    f.count = (size_t)f.bases.len / 4;
    f.limit = limit < 0 ? 0 : (size_t)limit;
    f.seen = calloc(f.count + 1, 1);
    f.done = calloc((size_t)f.added.len / 12 + 1, 1);
    f.stop = calloc(f.count + 1, sizeof *f.stop);
    if (!f.seen || !f.done || !f.stop)
        PyErr_NoMemory();
    else if (f.bases.len % 4 || f.added.len % 12 || f.removed.len % 8 || f.wanted.len % 4
             || f.limit > 0x7FFFFFFF)
        broken("odd rows");
    else if (index_by(&f.gone, f.removed.buf, (size_t)f.removed.len / 8, 2, 0, f.count, 0) == 0
             && (sort_gone(&f), order_branches(&f)) == 0 && climb(&f) == 0) {
        Text found = {0};
        forest_free(&f);
        sort_entries(&f);
        found.at = (byte *)f.found;
        f.found = NULL;
        found.room = f.total * sizeof(Entry) + 1;
        f.total = unique((Entry *)found.at, f.total);
        found.used = f.total * sizeof(Entry);
        values = alike((Entry *)found.at, f.total, f.count);
        if (values)
            result = Py_BuildValue("NN", text_moved(&found), values);
        free(found.at);
    }
    forest_free(&f);
    free(f.stop);
    free(f.found);
    PyBuffer_Release(&f.bases);
    PyBuffer_Release(&f.added);
    PyBuffer_Release(&f.removed);
    PyBuffer_Release(&f.wanted);
    return result;
}

/* --- What entries lead to */

static PyObject *fitting(PyObject *self, PyObject *args)
{
    Py_buffer added, folders, kinds;
    int fits = 1;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*", &added, &folders, &kinds))
        return NULL;
    for (size_t i = 0; fits && i < (size_t)added.len / 12; i++) {
        uint32_t key = read32(added.buf, i * 3 + 1), object = read32(added.buf, i * 3 + 2);
        byte kind = object < (size_t)kinds.len ? ((const byte *)kinds.buf)[object] : 0;
        byte folder = key < (size_t)folders.len ? ((const byte *)folders.buf)[key] : 0;
        fits = !kind || kind == (folder ? TREE : BLOB);
    }
    PyBuffer_Release(&added);
    PyBuffer_Release(&folders);
    PyBuffer_Release(&kinds);
    return PyBool_FromLong(fits);
}

/* --- What lies under some names */

static PyObject *under(PyObject *self, PyObject *args)
{
    Py_buffer added, keys;
    Py_ssize_t count;
    size_t most;
    byte *seen = NULL;
    Text found = {0};
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*n", &added, &keys, &count))
        return NULL;
    most = count < 0 ? 0 : (size_t)count;
    seen = calloc(most + 1, 1);
    if (!seen) {
        PyErr_NoMemory();
        goto done;
    }
    for (size_t i = 0; i < (size_t)added.len / 12; i++) {
        uint32_t key = read32(added.buf, i * 3 + 1), object;
        if (key >= (size_t)keys.len) {
            broken("numbers of no key");
            goto done;
        }
        if (!((const byte *)keys.buf)[key])
            continue;
        object = read32(added.buf, i * 3 + 2);
        if (object < most)
            seen[object] = 1;
    }
    for (size_t i = 0; i < most; i++)
        if (seen[i] && append32(&found, (uint32_t)i) < 0)
            goto done;
    result = text_bytes(&found);
done:
    free(seen);
    free(found.at);
    PyBuffer_Release(&added);
    PyBuffer_Release(&keys);
    return result;
}

/* --- One entry */

/* The first row of a tree in sorted rows. */
static size_t rows_of(const Py_buffer *rows, size_t width, uint32_t tree)
{
    size_t low = 0, high = (size_t)rows->len / 4 / width;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (read32(rows->buf, middle * width) < tree)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The row of a tree with this key, or NULL-like: the number of rows. */
static size_t row_with(const Py_buffer *rows, size_t width, uint32_t tree, uint32_t key)
{
    size_t total = (size_t)rows->len / 4 / width;
    for (size_t i = rows_of(rows, width, tree); i < total; i++) {
        if (read32(rows->buf, i * width) != tree)
            break;
        if (read32(rows->buf, i * width + 1) == key)
            return i;
    }
    return total;
}

/* The object that an entry of a tree leads to. */
static uint32_t child_of(const Py_buffer *bases, const Py_buffer *added, const Py_buffer *removed,
                         uint32_t tree, uint32_t key)
{
    for (Py_ssize_t i = 0; i < bases->len / 4; i++) {
        size_t row = row_with(added, 3, tree, key);
        if (row < (size_t)added->len / 12)
            return read32(added->buf, row * 3 + 2);
        if (row_with(removed, 2, tree, key) < (size_t)removed->len / 8
            || tree >= (size_t)bases->len / 4 || read32(bases->buf, tree) > 0x7FFFFFFF)
            break;
        tree = read32(bases->buf, tree);
    }
    return NOWHERE;
}

static PyObject *child(PyObject *self, PyObject *args)
{
    unsigned int tree, key;
    Py_buffer bases, added, removed;
    uint32_t found;

    (void)self;
    if (!PyArg_ParseTuple(args, "IIy*y*y*", &tree, &key, &bases, &added, &removed))
        return NULL;
    found = child_of(&bases, &added, &removed, tree, key);
    PyBuffer_Release(&bases);
    PyBuffer_Release(&added);
    PyBuffer_Release(&removed);
    return PyLong_FromUnsignedLong(found);
}

/* What commits did to some objects. See pure_changes.py. */

#define OF_FOLDER 040000u

enum { WANTED = 1, MISSING = 2 };

typedef struct {
    uint32_t mode, file; /* NOWHERE: no file */
    uint32_t folder;     /* NOWHERE: none */
} Side;

typedef struct {
    Py_buffer entries, likeness, modes, names, goals, bases, added, removed, commits;
    size_t objects, keys;
    uint32_t *first; /* for each object the first of its entries; one more: the end */
    Index spelled;   /* for each name its keys */
    uint32_t count;  /* sides that are compared in this commit */
    uint32_t commit;
    size_t compared, found, most, limit, deepest;
    Text path, out;
} Changes;

static uint32_t entry_at(const Changes *c, uint32_t row, int column)
{
    return read32(c->entries.buf, (size_t)row * 3 + (size_t)column);
}

/* What a tree has under a key among the entries that lead to the objects. */
static uint32_t marked(const Changes *c, uint32_t tree, uint32_t key)
{
    if (tree == NOWHERE)
        return NOWHERE;
    for (uint32_t row = c->first[tree]; row < c->first[tree + 1]; row++)
        if (entry_at(c, row, 1) == key)
            return entry_at(c, row, 2);
    return NOWHERE;
}

static int side_of(const Changes *c, uint32_t tree, uint32_t name, int all, Side *side)
{
    side->mode = side->file = side->folder = NOWHERE;
    for (uint32_t i = c->spelled.first[name]; tree != NOWHERE && i < c->spelled.first[name + 1];
         i++) {
        uint32_t key = c->spelled.row[i], mode = read32(c->modes.buf, key);
        uint32_t object = all ? child_of(&c->bases, &c->added, &c->removed, tree, key)
                              : marked(c, tree, key);
        if (object == NOWHERE)
            continue;
        if (object >= c->objects)
            return broken("numbers of no object");
        /* A folder that is missing counts as a file: what is in it nobody knows. */
        if (mode == OF_FOLDER && ((const byte *)c->goals.buf)[object] != MISSING) {
            side->folder = object;
        } else {
            side->mode = mode;
            side->file = object;
        }
    }
    return 0;
}

static int tell_change(Changes *c, const Side *sides)
{
    if (sides[0].file != NOWHERE && sides[0].mode == OF_FOLDER)
        return broken("a tree is missing");
    if (c->found++ >= c->limit)
        return broken("too many changes");
    if (append32(&c->out, c->commit) < 0 || append32(&c->out, (uint32_t)(c->path.used / 4)) < 0
        || append(&c->out, c->path.at, c->path.used) < 0 || append32(&c->out, c->count) < 0)
        return -1;
    for (uint32_t i = 0; i < c->count; i++)
        if (append32(&c->out, sides[i].file) < 0)
            return -1;
    return 0;
}

static int file_changed(const Changes *c, const Side *sides)
{
    int wanted = 0;
    for (uint32_t i = 0; i < c->count; i++) {
        if (i && sides[i].file == sides[0].file && sides[i].mode == sides[0].mode)
            return 0;
        wanted |= sides[i].file != NOWHERE && ((const byte *)c->goals.buf)[sides[i].file];
    }
    return wanted;
}

static uint64_t likeness_of(const Changes *c, uint32_t tree)
{
    return tree == NOWHERE ? 0 : read64((const byte *)c->likeness.buf + 8 * (size_t)tree);
}

static int folder_changed(const Changes *c, const Side *sides)
{
    int differ = 0;
    for (uint32_t i = 1; i < c->count; i++) {
        if (sides[i].folder == sides[0].folder)
            return 0;
        differ |= likeness_of(c, sides[i].folder) != likeness_of(c, sides[0].folder);
    }
    return differ;
}

/* The names of entries that are not just as in a parent. */
static int differing(const Changes *c, const uint32_t *trees, Text *names)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (trees[i] == NOWHERE)
            continue;
        for (uint32_t row = c->first[trees[i]]; row < c->first[trees[i] + 1]; row++) {
            uint32_t key = entry_at(c, row, 1), mine = marked(c, trees[0], key);
            uint32_t name = read32(c->names.buf, key);
            int same = 0;
            for (uint32_t n = 1; mine != NOWHERE && !same && n < c->count; n++)
                same = marked(c, trees[n], key) == mine;
            for (size_t n = 0; !same && n < names->used / 4; n++)
                same = read32(names->at, n) == name;
            if (!same && append32(names, name) < 0)
                return -1;
        }
    }
    return 0;
}

static int compare_folders(Changes *c, const uint32_t *trees)
{
    uint32_t *below = NULL;
    Side *sides = NULL;
    Text names = {0};
    int got = -1;

    if (c->path.used / 4 > c->deepest || c->compared++ > c->most)
        return broken("too deep, or too many");
    below = malloc(c->count * sizeof *below);
    sides = malloc(c->count * sizeof *sides);
    if (!below || !sides)
        PyErr_NoMemory();
    else
        got = differing(c, trees, &names);
    for (size_t n = 0; got == 0 && n < names.used / 4; n++) {
        uint32_t name = read32(names.at, n);
        /* Whether a merge took what one of its parents has can only be told from everything. */
        for (uint32_t i = 0; got == 0 && i < c->count; i++)
            got = side_of(c, trees[i], name, c->count > 2, &sides[i]);
        if (got == 0)
            got = append32(&c->path, name);
        if (got == 0 && file_changed(c, sides))
            got = tell_change(c, sides);
        if (got == 0 && folder_changed(c, sides)) {
            for (uint32_t i = 0; i < c->count; i++)
                below[i] = sides[i].folder;
            got = compare_folders(c, below);
        }
        if (got == 0)
            c->path.used -= 4;
    }
    free(below);
    free(sides);
    free(names.at);
    return got;
}

/* Where the entries of each object start; they have to be sorted. */
static int index_entries(Changes *c)
{
    size_t total = (size_t)c->entries.len / 12;
    c->first = calloc(c->objects + 2, sizeof *c->first);
    if (!c->first) {
        PyErr_NoMemory();
        return -1;
    }
    for (size_t i = 0; i < total; i++) {
        uint32_t tree = entry_at(c, (uint32_t)i, 0), object = entry_at(c, (uint32_t)i, 2);
        if (tree >= c->objects || object >= c->objects || entry_at(c, (uint32_t)i, 1) >= c->keys
            || (i && entry_at(c, (uint32_t)i - 1, 0) > tree))
            return broken("numbers of no object, or out of order");
        c->first[tree + 1]++;
    }
    for (size_t i = 0; i < c->objects; i++)
        c->first[i + 1] += c->first[i];
    return 0;
}

static int compare_commits(Changes *c, const uint32_t *commits)
{
    size_t at = 0, total = (size_t)c->commits.len / 4;
    for (c->commit = 0; at < total; c->commit++) {
        const uint32_t *trees = commits + at + 1;
        c->count = commits[at];
        if (!c->count || c->count > total - at - 1)
            return broken("commits without trees");
        for (uint32_t i = 0; i < c->count; i++)
            if (trees[i] != NOWHERE && trees[i] >= c->objects)
                return broken("numbers of no object");
        if (compare_folders(c, trees) < 0 || PyErr_CheckSignals() < 0)
            return -1;
        at += 1 + c->count;
    }
    return 0;
}

static PyObject *changes(PyObject *self, PyObject *args)
{
    Changes c = {0};
    Py_ssize_t deepest, most, limit, names;
    uint32_t *commits;
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*ny*y*y*y*y*nnn", &c.entries, &c.likeness, &c.modes, &c.names,
                          &names, &c.goals, &c.bases, &c.added, &c.removed, &c.commits,
                          &deepest, &most, &limit))
        return NULL;
    c.objects = (size_t)c.goals.len;
    c.keys = (size_t)c.modes.len / 4;
    c.deepest = deepest < 0 ? 0 : (size_t)deepest;
    c.most = most < 0 ? 0 : (size_t)most;
    c.limit = limit < 0 ? 0 : (size_t)limit;
    commits = malloc((size_t)c.commits.len + 1); /* where numbers are aligned */
    if (commits)
        memcpy(commits, c.commits.buf, (size_t)c.commits.len);
    if (c.entries.len % 12 || c.entries.len / 12 > INT32_MAX || c.modes.len != c.names.len
        || (size_t)c.likeness.len / 8 != c.objects || c.commits.len % 4 || names < 0)
        broken("odd rows");
    else if (!commits)
        PyErr_NoMemory();
    else if (index_by(&c.spelled, c.names.buf, c.keys, 1, 0, (size_t)names, 0) == 0
             && index_entries(&c) == 0 && compare_commits(&c, commits) == 0)
        result = text_bytes(&c.out);
    index_free(&c.spelled);
    free(c.first);
    free(commits);
    free(c.path.at);
    free(c.out.at);
    PyBuffer_Release(&c.entries);
    PyBuffer_Release(&c.likeness);
    PyBuffer_Release(&c.modes);
    PyBuffer_Release(&c.names);
    PyBuffer_Release(&c.goals);
    PyBuffer_Release(&c.bases);
    PyBuffer_Release(&c.added);
    PyBuffer_Release(&c.removed);
    PyBuffer_Release(&c.commits);
    return result;
}

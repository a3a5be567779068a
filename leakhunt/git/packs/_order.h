/* The order of commits, and which of them did anything. See pure_order.py. */

typedef struct {
    uint64_t date, turn;
    uint32_t row;
} Ready;

typedef struct {
    Py_buffer rows, found, tips;
    size_t count, total;
    uint32_t *where;   /* by number: the row of a commit */
    uint32_t *starts;  /* by row: where its tree and parents are in `found` */
    uint32_t *waiting; /* by row: children that are not listed yet, and one */
    Text stack, heap, sorted;
} Order;

static uint32_t parents_of(const Order *o, uint32_t row)
{
    return read32(o->rows.buf, 4 * (size_t)row + 1);
}

static uint32_t parent_of(const Order *o, uint32_t row, uint32_t i)
{
    return read32(o->found.buf, (size_t)o->starts[row] + 1 + i);
}

static uint64_t date_of_row(const Order *o, uint32_t row)
{
    return (uint64_t)read32(o->rows.buf, 4 * (size_t)row + 2) << 32
           | read32(o->rows.buf, 4 * (size_t)row + 3);
}

/* Find the rows of commits, and where their trees and parents are. */
static int read_rows(Order *o)
{
    size_t at = 0, known = (size_t)o->found.len / 4;

    memset(o->where, 0xFF, o->total * sizeof *o->where);
    for (size_t i = 0; i < o->count; i++) {
        uint32_t number = read32(o->rows.buf, 4 * i), parents = parents_of(o, (uint32_t)i);
        if (parents == NOWHERE)
            continue; /* an odd one: as if it were not there */
        if (at >= known || parents >= known - at)
            return broken("parents that are not there");
        if (number >= o->total)
            return broken("a commit that has no number");
        o->where[number] = (uint32_t)i;
        o->starts[i] = (uint32_t)at;
        at += 1 + (size_t)parents;
    }
    return 0;
}

static int row_of(const Order *o, uint32_t number, uint32_t *row)
{
    if (number >= o->total || o->where[number] == NOWHERE)
        return broken("a commit that is not there");
    *row = o->where[number];
    return 0;
}

/* Count the children of all that the tips reach. */
static int reach(Order *o)
{
    uint32_t row;
    for (size_t i = 0; i < (size_t)o->tips.len / 4; i++) {
        if (row_of(o, read32(o->tips.buf, i), &row) < 0)
            return -1;
        if (o->waiting[row])
            continue;
        o->waiting[row] = 1;
        if (append32(&o->stack, row) < 0)
            return -1;
        while (o->stack.used) {
            uint32_t at = pop32(&o->stack);
            for (uint32_t n = 0; n < parents_of(o, at); n++) {
                if (row_of(o, parent_of(o, at, n), &row) < 0)
                    return -1;
                if (!o->waiting[row]++) {
                    o->waiting[row] = 2;
                    if (append32(&o->stack, row) < 0)
                        return -1;
                }
            }
        }
    }
    return 0;
}

static int is_sooner(const Ready *a, const Ready *b)
{
    return a->date != b->date ? a->date > b->date : a->turn < b->turn;
}

static int heap_put(Text *heap, Ready one)
{
    size_t at = heap->used / sizeof one;
    Ready *all;
    if (append(heap, &one, sizeof one) < 0)
        return -1;
    all = (Ready *)heap->at;
    for (; at && is_sooner(&one, &all[(at - 1) / 2]); at = (at - 1) / 2)
        all[at] = all[(at - 1) / 2];
    all[at] = one;
    return 0;
}

static Ready heap_get(Text *heap)
{
    Ready *all = (Ready *)heap->at, first = all[0], last;
    size_t count = (heap->used -= sizeof first) / sizeof first, at = 0, next;
    last = all[count];
    while ((next = 2 * at + 1) < count) {
        if (next + 1 < count && is_sooner(&all[next + 1], &all[next]))
            next++;
        if (!is_sooner(&all[next], &last))
            break;
        all[at] = all[next];
        at = next;
    }
    if (count)
        all[at] = last;
    return first;
}

static int by_date(const void *left, const void *right)
{
    return is_sooner(left, right) ? -1 : 1;
}

/* Put the commits without children into the heap: the newest first, else in the order of the tips.
   Several names may lead to one. */
static int start_heap(Order *o, Text *heap, uint64_t *turn)
{
    Text tops = {0};
    int got = 0;
    size_t count;
    for (size_t i = 0; got == 0 && i < (size_t)o->tips.len / 4; i++) {
        uint32_t row = o->where[read32(o->tips.buf, i)];
        if (o->waiting[row] == 1) {
            Ready one = {date_of_row(o, row), i, row};
            o->waiting[row] = 0;
            got = append(&tops, &one, sizeof one);
        }
    }
    count = tops.used / sizeof(Ready);
    if (got == 0 && count)
        qsort(tops.at, count, sizeof(Ready), by_date);
    for (size_t i = 0; got == 0 && i < count; i++) {
        Ready one = ((Ready *)tops.at)[i];
        one.turn = (*turn)++;
        got = heap_put(heap, one);
    }
    free(tops.at);
    return got;
}

/* As sort_in_topological_order() in git's commit.c does. */
static int sort_commits(Order *o)
{
    uint64_t turn = 0;
    if (start_heap(o, &o->heap, &turn) < 0)
        return -1;
    while (o->heap.used) {
        uint32_t row = heap_get(&o->heap).row;
        if (append32(&o->sorted, row) < 0)
            return -1;
        for (uint32_t i = 0; i < parents_of(o, row); i++) {
            uint32_t parent = o->where[parent_of(o, row, i)];
            if (o->waiting[parent] && --o->waiting[parent] == 1) {
                Ready one = {date_of_row(o, parent), turn++, parent};
                o->waiting[parent] = 0;
                if (heap_put(&o->heap, one) < 0)
                    return -1;
            }
        }
    }
    for (size_t i = 0; i < o->count; i++)
        if (o->waiting[i])
            return broken("commits that are their own ancestors");
    return 0;
}

/* Commits, trees, where the parents of each start, and the parents as places in this order. */
static PyObject *ordered(Order *o)
{
    size_t count = o->sorted.used / 4, all = 0;
    Text commits = {0}, trees = {0}, firsts = {0}, parents = {0};
    PyObject *result = NULL;

    for (size_t i = 0; i < count; i++) /* no longer needed: by row its place */
        o->waiting[read32(o->sorted.at, count - 1 - i)] = (uint32_t)i;
    for (size_t i = 0; i < count; i++) {
        uint32_t row = read32(o->sorted.at, count - 1 - i);
        if (append32(&commits, read32(o->rows.buf, 4 * (size_t)row)) < 0
            || append32(&trees, read32(o->found.buf, o->starts[row])) < 0
            || append32(&firsts, (uint32_t)all) < 0)
            goto done;
        all += parents_of(o, row);
        for (uint32_t n = 0; n < parents_of(o, row); n++)
            if (append32(&parents, o->waiting[o->where[parent_of(o, row, n)]]) < 0)
                goto done;
    }
    if (append32(&firsts, (uint32_t)all) == 0)
        result = Py_BuildValue("NNNN", text_bytes(&commits), text_bytes(&trees),
                               text_bytes(&firsts), text_bytes(&parents));
done:
    free(commits.at);
    free(trees.at);
    free(firsts.at);
    free(parents.at);
    return result;
}

static PyObject *order(PyObject *self, PyObject *args)
{
    Order o = {0};
    Py_ssize_t total;
    PyObject *result = NULL;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*n", &o.rows, &o.found, &o.tips, &total))
        return NULL;
    o.count = (size_t)o.rows.len / 16;
    o.total = total < 0 ? 0 : (size_t)total;
    o.where = malloc(o.total * sizeof *o.where + 1);
    o.starts = calloc(o.count + 1, sizeof *o.starts);
    o.waiting = calloc(o.count + 1, sizeof *o.waiting);
    if (!o.where || !o.starts || !o.waiting)
        PyErr_NoMemory();
    else if (o.count >= NOWHERE || o.found.len / 4 >= NOWHERE)
        broken("more commits than can be numbered");
    else if (read_rows(&o) == 0 && reach(&o) == 0 && sort_commits(&o) == 0)
        result = ordered(&o);
    free(o.where);
    free(o.starts);
    free(o.waiting);
    free(o.stack.at);
    free(o.heap.at);
    free(o.sorted.at);
    PyBuffer_Release(&o.rows);
    PyBuffer_Release(&o.found);
    PyBuffer_Release(&o.tips);
    return result;
}

/* The places of commits whose tree is not like those of all its parents. */
static PyObject *stirring(PyObject *self, PyObject *args)
{
    Py_buffer likeness, trees, firsts, parents;
    Text found = {0};
    PyObject *result = NULL;
    size_t count, known;

    (void)self;
    if (!PyArg_ParseTuple(args, "y*y*y*y*", &likeness, &trees, &firsts, &parents))
        return NULL;
    count = (size_t)trees.len / 4;
    known = (size_t)likeness.len / 8;
    if ((size_t)firsts.len / 4 != count + 1) {
        broken("commits and parents that do not fit");
        goto done;
    }
    for (size_t i = 0; i < count; i++) {
        uint32_t from = read32(firsts.buf, i), to = read32(firsts.buf, i + 1);
        uint32_t tree = read32(trees.buf, i);
        uint64_t mine;
        int stirs;
        if (tree >= known || from > to || to > (size_t)parents.len / 4) {
            broken("commits and parents that do not fit");
            goto done;
        }
        mine = read64((const byte *)likeness.buf + 8 * (size_t)tree);
        stirs = from == to && mine;
        for (uint32_t n = from; n < to && !stirs; n++) {
            uint32_t parent = read32(parents.buf, n);
            uint32_t other = parent < count ? read32(trees.buf, parent) : NOWHERE;
            if (other >= known) {
                broken("commits and parents that do not fit");
                goto done;
            }
            stirs = read64((const byte *)likeness.buf + 8 * (size_t)other) != mine;
        }
        if (stirs && append32(&found, (uint32_t)i) < 0)
            goto done;
    }
    result = text_bytes(&found);
done:
    free(found.at);
    PyBuffer_Release(&likeness);
    PyBuffer_Release(&trees);
    PyBuffer_Release(&firsts);
    PyBuffer_Release(&parents);
    return result;
}

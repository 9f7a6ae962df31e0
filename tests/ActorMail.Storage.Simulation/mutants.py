#!/usr/bin/env python3
"""Switches off one guard of the store after the other and sees whether the simulation notices.

usage: mutants.py [SEEDS [FIRST]]     lives for each mutant and profile, 3000 unless said, from the FIRST mutant on;
                                      needs the .NET SDK
"""
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROFILES = ([], ["--others"], ["--no-faults"])
JOURNAL, MAILBOXES = "src/ActorMail.Storage/Journal/", "src/ActorMail.Storage/Mailboxes/"

MUTANTS = [
    ("a commit does not flush the journal", JOURNAL + "NodeJournal.cs",
     "        _current!.Flush();\n", ""),
    ("the journal is believed before it is flushed (R1)", JOURNAL + "JournalImage.cs",
     "                segment.Flush();\n", "                _ = segment;\n"),
    ("all segments have the same salt (R5)", JOURNAL + "NodeJournal.cs",
     "BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(4))", "7u"),
    ("records may have any LSN (R5)", JOURNAL + "JournalFormat.cs",
     "            || BinaryPrimitives.ReadUInt64LittleEndian(octets[8..]) != lsn\n", ""),
    ("a segment whose flush failed is not sealed (R5)", JOURNAL + "NodeJournal.cs",
     "        _broken.Seal(header);\n", ""),
    ("headers do not end the segments before them (R5)", JOURNAL + "JournalImage.cs",
     "limit = Math.Min(limit, _pending[i + 1].Header!.PreviousLsn);", "limit = Math.Max(limit, 0);"),
    ("a mailbox file whose flush failed is not written again (R3)", MAILBOXES + "Checkpointer.cs",
     "        Rewrite(file, written.Generation, written.End);\n", ""),
    ("an index whose flush failed is good enough (R3)", MAILBOXES + "Checkpointer.cs",
     "            _needIndex.TryAdd(file.Owner, true);\n            file.Release();\n            return false;\n",
     "            file.Release();\n            return true;\n"),
    ("what can be read is not written again (R2)", MAILBOXES + "RecoveringMailbox.cs",
     "    private void Write(AppendImage append)\n    {\n",
     "    private void Write(AppendImage append)\n    {\n"
     "        if (new EntryReader(File()).IsIntact(append.Message)) return;\n"),
    ("a start makes no new indexes (R2)", MAILBOXES + "RecoveringMailbox.cs",
     "        MailboxIndex.Replace(_store, _paths, _state!).Dispose();\n",
     "        if (MailboxIndex.Load(_store.Disk, _paths) is null)\n"
     "            MailboxIndex.Replace(_store, _paths, _state!).Dispose();\n"),
    ("records are replayed into any layout (I6)", MAILBOXES + "RecoveringMailbox.cs",
     "        if (append.Generation != _state.Generation || append.UidValidity != _state.UidValidity)\n"
     "            return;\n", ""),
    ("records of an index may go back in modseq", MAILBOXES + "IndexFormat.cs",
     " || modseq < state.Modseq)", ")"),
    ("a new mailbox file is not flushed (I7)", MAILBOXES + "Compaction.cs",
     "        File.Flush();\n", ""),
    ("names of a compaction are not flushed (I7)", MAILBOXES + "Compaction.cs",
     "        _store.Disk.FlushFolder(_paths.Folder);\n    }\n", "    }\n"),
    ("of a compaction that was given up the file goes first (R4)", MAILBOXES + "Compaction.cs",
     "            if (Index is not null)\n", "            _store.Disk.Delete(_paths.NewFile(Generation));\n"
     "            if (Index is not null)\n"),
    ("a checkpoint flushes no folders (I2)", MAILBOXES + "Checkpointer.cs",
     "        var isComplete = FlushFolders(folders);\n", "        var isComplete = folders.Count >= 0;\n"),
    ("a checkpoint flushes no mailbox files (I2)", MAILBOXES + "Checkpointer.cs",
     "                if (!file.IsObsolete)\n                    file.File.Flush();\n",
     "                if (!file.IsObsolete && file.IsIndex)\n                    file.File.Flush();\n"),
    ("what stands behind a refused change keeps its place (I4)", MAILBOXES + "Mailbox.cs",
     "        if (_lane.IsBroken && _lane.TryMend())\n            ResetTail();\n",
     "        _lane.TryMend();\n"),
    ("an index may be in use before its name is durable (I5)", MAILBOXES + "Mailbox.cs",
     "            if (found is not null)\n                store.Disk.FlushFolder(paths.Folder);\n", ""),
    ("nobody looks whether another program wrote to the file", MAILBOXES + "MailboxFiles.cs",
     "        return stat == State.Stat ?", "        return State.End > 0 || stat == State.Stat ?"),
    ("a spool file is not flushed", MAILBOXES + "BodyStore.cs", ".Flush();", ".Stat();"),
]


def run(command, folder, **options):
    return subprocess.run(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **options)


def outcome(folder, seeds):
    project = folder / "tests/ActorMail.Storage.Simulation"
    built = run(["dotnet", "build", "-m:1", "-c", "Release", "-v", "q", "--nologo", "-p:TreatWarningsAsErrors=false",
                 "-p:EnforceCodeStyleInBuild=false"], project)
    if built.returncode:
        errors = sorted(set(re.findall(r"error [A-Z]+\d+: [^\[]*", built.stdout)))
        return "does not build: " + " ".join(errors)[:300]
    program = project / "bin/Release/net10.0/ActorMail.Storage.Simulation"
    for profile in PROFILES:
        lived = run([program, "--seeds", str(seeds), *profile], project)
        if lived.returncode:
            first = lived.stdout.splitlines()[0]
            return f"noticed: {first[:140]}" + (f" ({profile[0]})" if profile else "")
    return "NOT NOTICED"


def main():
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 3000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / "tree"
        skipped = shutil.ignore_patterns(".git", "bin", "obj", "bench", "docs")
        shutil.copytree(ROOT, folder, ignore=skipped)
        for name, path, old, new in MUTANTS[first - 1:]:
            file = folder / path
            source = file.read_text()
            if source.count(old) < 1:
                print(f"{name}: the guard is not where it was", flush=True)
                continue
            file.write_text(source.replace(old, new))
            print(f"{name}: {outcome(folder, seeds)}", flush=True)
            file.write_text(source)


if __name__ == "__main__":
    main()

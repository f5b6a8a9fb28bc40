# In: a program with its arguments, and a standard input that stays open for as long as somebody needs the program.
# When it closes (the test run ended, panicked, or was killed), the whole process group ends, and so it does when the
# program exits by itself. To be started as the leader of a process group.
exec 3<&0 </dev/null
"$@" 3<&- &
program=$!
{
    read -r _ <&3
    kill -s KILL -- "-$$"
} &
wait "$program"
echo "supervise: exited with status $?" >&2
kill -s KILL -- "-$$"

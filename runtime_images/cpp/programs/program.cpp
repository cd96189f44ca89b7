#include <bits/stdc++.h>

using namespace std;

int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

string backwards(const string &text) {
    return text.empty() ? "" : backwards(text.substr(1)) + text[0];
}

int main() {
    map<string, int> counts;
    istringstream words("the quick the fox");
    for (string word; words >> word;) {
        counts[word]++;
    }
    vector<pair<string, int>> ordered(counts.begin(), counts.end());
    ranges::sort(ordered, [](const auto &a, const auto &b) {
        return make_pair(-a.second, a.first) < make_pair(-b.second, b.first);
    });
    vector<int> numbers = {5, 3, 8, 1, 2};
    ranges::sort(numbers);

    cout << "fib " << fib(10) << "\nreversed " << backwards("hello") << "\nwords";
    for (const auto &[word, count] : ordered) {
        cout << ' ' << word << '=' << count;
    }
    cout << "\nsorted";
    for (int number : numbers) {
        cout << ' ' << number;
    }
    cout << endl;
}

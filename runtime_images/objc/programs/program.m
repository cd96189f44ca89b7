#import <Foundation/Foundation.h>

@interface Words : NSObject {
    NSMutableDictionary *_counts;
}
- (void)count:(NSString *)word;
- (NSString *)ordered;
@end

@implementation Words

- (instancetype)init {
    if ((self = [super init])) {
        _counts = [[NSMutableDictionary alloc] init];
    }
    return self;
}

- (void)count:(NSString *)word {
    int count = [[_counts objectForKey:word] intValue];
    [_counts setObject:[NSNumber numberWithInt:count + 1] forKey:word];
}

static NSInteger byCountThenName(id a, id b, void *counts) {
    NSInteger order = [[(NSDictionary *)counts objectForKey:b] compare:[(NSDictionary *)counts objectForKey:a]];
    return order != NSOrderedSame ? order : [a compare:b];
}

- (NSString *)ordered {
    NSMutableArray *parts = [NSMutableArray array];
    for (NSString *word in [[_counts allKeys] sortedArrayUsingFunction:byCountThenName context:(void *)_counts]) {
        [parts addObject:[NSString stringWithFormat:@"%@=%@", word, [_counts objectForKey:word]]];
    }
    return [parts componentsJoinedByString:@" "];
}
@end

static int fib(int n) {
    return n < 2 ? n : fib(n - 1) + fib(n - 2);
}

static NSString *backwards(NSString *text) {
    if ([text length] == 0) {
        return @"";
    }
    return [backwards([text substringFromIndex:1]) stringByAppendingString:[text substringToIndex:1]];
}

int main(void) {
    @autoreleasepool {
        Words *words = [[Words alloc] init];
        for (NSString *word in [@"the quick the fox" componentsSeparatedByString:@" "]) {
            [words count:word];
        }
        NSArray *numbers = [NSArray arrayWithObjects:@"5", @"3", @"8", @"1", @"2", nil];
        NSArray *sorted = [numbers sortedArrayUsingSelector:@selector(compare:)];
        printf("fib %d\n", fib(10));
        printf("reversed %s\n", [backwards(@"hello") UTF8String]);
        printf("words %s\n", [[words ordered] UTF8String]);
        printf("sorted %s\n", [[sorted componentsJoinedByString:@" "] UTF8String]);
    }
    return 0;
}
